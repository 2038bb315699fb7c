import { startTestServer, type TestServer } from '@regent/server/testing'
import { App, Credentials, RegentError, type User } from '../src/index.ts'

export const password = 'correct horse'

/** One more device that has the app. */
export const open = (server: TestServer): App =>
  new App({ id: server.app.clientAppId, baseUrl: server.url, metadata: { mode: 'inMemory' } })

export const signUp = async (app: App, email: string): Promise<User> => {
  await app.emailPasswordAuth.registerUser({ email, password })
  return app.logIn(Credentials.emailPassword(email, password))
}

export const asAda = Credentials.emailPassword('ada@example.com', password)

/** A server, a device and Ada on it. */
export const startWithAda = async (options: Parameters<typeof startTestServer>[0] = {}) => {
  const server = await startTestServer(options)
  const app = open(server)
  const ada = await signUp(app, 'ada@example.com')
  return { server, app, ada, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

export const errorOf = async (promise: Promise<unknown>): Promise<RegentError> => {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error instanceof RegentError) return error
  throw new Error('it was no RegentError', { cause: error })
}
