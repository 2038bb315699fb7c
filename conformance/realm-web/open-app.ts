import { randomUUID } from 'node:crypto'
import { startTestServer, type TestServer, type TestServerOptions } from '@regent/server/testing'
import * as Realm from 'realm-web'

/** A running server and the published client, pointed at it. */
export type Opened = {
  readonly server: TestServer
  readonly app: Realm.App
  /** Another device: the same app with a storage of its own. */
  anotherDevice(): Realm.App
  [Symbol.asyncDispose](): Promise<void>
}

type Storage = NonNullable<ConstructorParameters<typeof Realm.App>[0] & object>['storage'] & object

/** What `realm-web` keeps between runs, as one device has it. */
const openStorage = (): Storage => {
  const kept = new Map<string, string>()
  const withPrefix = (prefix: string): Storage => ({
    get: key => kept.get(prefix + key) ?? null,
    set: (key, value) => void kept.set(prefix + key, value),
    remove: key => void kept.delete(prefix + key),
    prefix: part => withPrefix(`${prefix}${part}:`),
    clear: part => {
      for (const key of kept.keys()) if (key.startsWith(prefix + (part ?? ''))) kept.delete(key)
    },
    addListener: () => {},
    removeListener: () => {},
  })
  return withPrefix('')
}

/** Starts a server with the app and opens the app in `realm-web`, unchanged. */
export const openApp = async (options: TestServerOptions = {}): Promise<Opened> => {
  const server = await startTestServer(options)
  const anotherDevice = (): Realm.App =>
    new Realm.App({
      id: server.app.clientAppId,
      baseUrl: server.url,
      storage: openStorage(),
    })

  return {
    server,
    app: anotherDevice(),
    anotherDevice,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** An address and a password nobody has yet. */
export const newAccount = (): { email: string; password: string } => ({
  email: `${randomUUID()}@example.com`,
  password: 'correct horse battery',
})

/** What `realm-web` rejects with. */
export const rejection = async (promise: Promise<unknown>): Promise<Realm.MongoDBRealmError> => {
  try {
    await promise
  } catch (error) {
    if (error instanceof Realm.MongoDBRealmError) return error
    throw error
  }
  throw new Error('expected a rejection')
}
