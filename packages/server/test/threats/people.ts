import { clientPaths, type LoginWire } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { logIn, post } from '../client/clients.ts'

export const ada = { email: 'ada@example.com', password: 'correct horse' }

/** An app that confirms addresses by mail, beside the automatic one. */
export const byMail = {
  clientAppId: 'mail-aaaaa',
  providers: ['anon-user', { type: 'local-userpass', config: { autoConfirm: false } }],
} as const

export const register = (server: TestServer, email = ada.email, app = server.app) =>
  post(server, clientPaths.register(app.clientAppId), { email, password: ada.password })

/** One try to log in, whatever comes of it. */
export const attempt = (
  server: TestServer,
  { email = ada.email, password = ada.password, headers = {}, app = server.app } = {},
): Promise<Response> =>
  server.request('POST', clientPaths.login(app.clientAppId, 'local-userpass'), {
    json: { username: email, password },
    headers,
  })

export const logInAda = (server: TestServer): Promise<LoginWire> =>
  logIn(server, 'local-userpass', { username: ada.email, password: ada.password })

/** Token and id of the newest letter of the first app. */
export const newestToken = async (server: TestServer): Promise<Record<string, string>> => {
  const { searchParams } = new URL((await server.mailbox())[0]?.link ?? 'http://none')
  return { token: searchParams.get('token') ?? '', tokenId: searchParams.get('tokenId') ?? '' }
}

/** How often each status came. */
export const tally = (answers: readonly Response[]): Record<number, number> => {
  const counted: Record<number, number> = {}
  for (const { status } of answers) counted[status] = (counted[status] ?? 0) + 1
  return counted
}
