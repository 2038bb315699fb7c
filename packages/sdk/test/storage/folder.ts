import { cpSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { App, type AppConfiguration, Credentials } from '../../src/index.ts'
import { makeFolder } from '../wire-server.ts'

export const appId = 'test-aaaaa'

/** The folder of the app's users. */
export const usersIn = (basePath: string): string => join(basePath, 'regent', appId)

export const filesIn = (basePath: string): string[] =>
  readdirSync(usersIn(basePath)).filter(name => !['lock', 'order'].includes(name))

export const userFilesIn = (basePath: string): string[] =>
  filesIn(basePath).filter(name => name.startsWith('user-'))

export const modeOf = (path: string): number => statSync(path).mode & 0o777

export const as = (name: string): Credentials => Credentials.emailPassword(name, 'password')

/** What a device finds after it was switched off at this moment: the same files, a new program. */
export const restart = (basePath: string, configuration: Partial<AppConfiguration> = {}) => {
  const copy = makeFolder()
  cpSync(basePath, copy.path, { recursive: true })
  const app = new App({ id: appId, baseFilePath: copy.path, ...configuration })
  return { app, path: copy.path, [Symbol.dispose]: copy[Symbol.dispose] }
}
