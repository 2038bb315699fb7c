import {
  type AdminUserWire,
  adminPaths,
  clientPaths,
  type LoginWire,
  type UserSearchWire,
} from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { expect } from 'vitest'
import { logIn } from '../../client/clients.ts'

export const password = 'ada-secret'

/** The operator of a server, asking about its first app. */
export type Asked = {
  readonly ids: readonly [projectId: string, appId: string]
  ask(method: string, path: string, json?: unknown): Promise<Response>
  /** Status and body, `''` without one. */
  tell(method: string, path: string, json?: unknown): Promise<[status: number, body: unknown]>
  search(query: string): Promise<UserSearchWire>
  show(userId: string): Promise<AdminUserWire>
}

export const operatorOf = (server: TestServer): Asked => {
  const { projectId, operatorKey: bearer, app } = server
  const ids = [projectId, app.id] as const
  const ask: Asked['ask'] = (method, path, json) =>
    server.request(method, path, { bearer, ...(json !== undefined && { json }) })
  const read = async (path: string): Promise<unknown> => {
    const response = await ask('GET', path)
    expect(response.status).toBe(200)
    return response.json()
  }
  return {
    ids,
    ask,
    tell: async (method, path, json) => {
      const response = await ask(method, path, json)
      const text = await response.text()
      return [response.status, text === '' ? '' : JSON.parse(text)]
    },
    search: async query =>
      (await read(`${adminPaths.searchUsers(...ids)}${query}`)) as UserSearchWire,
    show: async id => (await read(adminPaths.user(...ids, id))) as AdminUserWire,
  }
}

export const register = async (server: TestServer, email: string): Promise<void> => {
  const path = clientPaths.register(server.app.clientAppId)
  expect((await server.request('POST', path, { json: { email, password } })).status).toBe(201)
}

/** Registers with e-mail and password, and logs in. */
export const signUp = async (server: TestServer, email: string): Promise<LoginWire> => {
  await register(server, email)
  return logIn(server, 'local-userpass', { username: email, password })
}

export const refreshStatus = async (server: TestServer, bearer: string): Promise<number> =>
  (await server.request('POST', clientPaths.session(), { bearer })).status
