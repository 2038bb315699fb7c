import { adminPaths, clientPaths, type LetterWire, type LoginWire } from '@regent/protocol'
import { expect } from 'vitest'
import type { Victim } from './victim.ts'

/** Whoever can be asked: a server that will be killed, or the one that comes after it. */
type Server = Pick<Victim, 'operatorKey' | 'projectId' | 'apps'> & {
  request: (...given: Parameters<Victim['request']>) => Promise<Response | undefined>
}

export const password = 'ada-secret'

const alive = (response: Response | undefined): Response => {
  if (!response) throw new Error('the server died too early')
  return response
}

export const ask = async (
  server: Server,
  path: string,
  json: object,
): Promise<{ status: number; code: string | undefined }> => {
  const response = alive(await server.request('POST', path, { json }))
  const text = await response.text()
  return {
    status: response.status,
    code: text === '' ? undefined : (JSON.parse(text).error_code as string | undefined),
  }
}

export const emailLogin = (appId: string): string => clientPaths.login(appId, 'local-userpass')

/** Status and code of a log-in with e-mail and password. */
export const tryLogin = (
  server: Server,
  appId: string,
  { email, secret = password }: { email: string; secret?: string },
): Promise<{ status: number; code: string | undefined }> =>
  ask(server, emailLogin(appId), { username: email, password: secret })

export const logIn = async (server: Server, appId: string, email?: string): Promise<LoginWire> => {
  const path = email === undefined ? clientPaths.login(appId, 'anon-user') : emailLogin(appId)
  const json = email === undefined ? {} : { username: email, password }
  const response = alive(await server.request('POST', path, { json }))
  expect(response.status).toBe(200)
  return (await response.json()) as LoginWire
}

export const registerAt = async (server: Server, appId: string, email: string): Promise<void> => {
  const { status } = await ask(server, clientPaths.register(appId), { email, password })
  expect(status).toBe(201)
}

export const refreshStatus = async (server: Server, bearer: string): Promise<number> =>
  alive(await server.request('POST', clientPaths.session(), { bearer })).status

/** Token and id of the newest letter of the app to that address. */
export const letterTo = async (
  server: Server,
  appId: string,
  email: string,
): Promise<{ token: string; tokenId: string }> => {
  const app = server.apps.find(({ clientAppId }) => clientAppId === appId)
  const path = adminPaths.mailbox(server.projectId, app?.id ?? '')
  const response = alive(await server.request('GET', path, { bearer: server.operatorKey }))
  const letters = (await response.json()) as LetterWire[]
  const { searchParams } = new URL(letters.find(({ to }) => to === email)?.link ?? '')
  return {
    token: searchParams.get('token') ?? '',
    tokenId: searchParams.get('tokenId') ?? '',
  }
}
