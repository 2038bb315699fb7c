import { App, type AppConfiguration, Credentials, type User } from '../src/index.ts'
import type { WireServer } from './wire-server.ts'

/** A user of an app that keeps nothing on disk. */
export const logInAs = async (
  server: WireServer,
  name: string,
  configuration: Partial<AppConfiguration> = {},
): Promise<{ app: App; user: User }> => {
  const app = new App({
    id: 'test-aaaaa',
    baseUrl: server.url,
    metadata: { mode: 'inMemory' },
    ...configuration,
  })
  const user = await app.logIn(Credentials.emailPassword(name, 'password'))
  return { app, user }
}
