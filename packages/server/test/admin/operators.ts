import {
  adminPaths,
  type NewOperatorKeyWire,
  type OperatorLoginWire,
  type OperatorRole,
} from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'

export const email = 'unique_user@domain.com'
export const password = 'password'

export type LoggedIn = {
  readonly operatorId: string
  readonly access: string
  readonly refresh: string
}

const toLoggedIn = async (response: Response): Promise<LoggedIn> => {
  const wire = (await response.json()) as OperatorLoginWire
  return { operatorId: wire.user_id, access: wire.access_token, refresh: wire.refresh_token }
}

/** Makes an operator with the key of the data folder. */
export const makeOperator = (
  server: TestServer,
  operator: {
    readonly email?: string
    readonly password?: string
    readonly role?: OperatorRole
  } = {},
): Promise<Response> =>
  server.request('POST', adminPaths.operators(), {
    bearer: server.operatorKey,
    json: { email, password, ...operator },
  })

export const tryLogIn = (
  server: TestServer,
  username = email,
  word = password,
): Promise<Response> =>
  server.request('POST', adminPaths.operatorLogIn(), { json: { username, password: word } })

/** Makes an operator and logs in. */
export const newOperator = async (
  server: TestServer,
  operator: Parameters<typeof makeOperator>[1] = {},
): Promise<LoggedIn> => {
  await makeOperator(server, operator)
  return toLoggedIn(await tryLogIn(server, operator.email, operator.password))
}

export const makeKeyPair = async (
  server: TestServer,
  key: { readonly name?: string; readonly role?: OperatorRole } = {},
): Promise<NewOperatorKeyWire> => {
  const response = await server.request('POST', adminPaths.operatorKeys(), {
    bearer: server.operatorKey,
    json: { name: 'ci', ...key },
  })
  return (await response.json()) as NewOperatorKeyWire
}

export const tryKeyPair = (
  server: TestServer,
  username: string,
  apiKey: string,
): Promise<Response> =>
  server.request('POST', adminPaths.operatorKeyLogIn(), { json: { username, apiKey } })

/** Makes a key pair and logs in with it. */
export const newProgram = async (server: TestServer, role: OperatorRole): Promise<LoggedIn> => {
  const key = await makeKeyPair(server, { role })
  return toLoggedIn(await tryKeyPair(server, key.public_key, key.private_key))
}
