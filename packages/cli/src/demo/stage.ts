import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, User } from '@regent/sdk'
import type { AdminApp, MailboxLetter } from '@regent/sdk/admin'
import type { CommandInput } from '../command.ts'
import { CliError } from '../errors.ts'
import { type FoundServer, findApp } from '../running-server.ts'

/** One person of the demo: e-mail address and password are new in every run. */
export type Person = { readonly email: string; readonly password: string; user?: User }

/** What the steps of the demo play on. */
export type Stage = {
  readonly server: FoundServer
  readonly adminApp: AdminApp
  /** The SDK's app, with its users on disk in a folder of its own. */
  readonly app: App
  readonly ada: Person
  bob: Person
  guest?: User
  /** The newest letter to an address. */
  findLetter(to: string): Promise<MailboxLetter | undefined>
  /** Removes what an unfinished demo left on the server, and the folder. */
  clear(): Promise<void>
}

const quickstart = 'quickstart-aaaaa'

const createPerson = (name: string): Person => {
  const unique = Array.from({ length: 6 }, () => randomInt(36).toString(36)).join('')
  return { email: `${name}.${unique}@example.com`, password: `only for the demo ${unique}` }
}

/** @throws CliError when no server or no app can be found */
export const setStage = async (server: FoundServer, input: CommandInput): Promise<Stage> => {
  const adminApp = await chooseApp(server, input)
  const { App } = await import('@regent/sdk')
  const folder = await mkdtemp(join(tmpdir(), 'regent-demo-'))
  const app = new App({ id: adminApp.clientAppId, baseUrl: server.url, baseFilePath: folder })
  const stage: Stage = {
    server,
    adminApp,
    app,
    ada: createPerson('ada'),
    bob: createPerson('bob'),
    findLetter: async to => {
      const letters = await server.ask(server.admin.mailbox.list(adminApp))
      return letters.find(letter => letter.to === to)
    },
    clear: async () => {
      for (const user of Object.values(app.allUsers)) {
        if (user.isLoggedIn) await app.deleteUser(user).catch(() => {})
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stage
}

/** The app of `--app`, else the quickstart, else the only one. */
const chooseApp = async (server: FoundServer, input: CommandInput): Promise<AdminApp> => {
  if (input.options.app === undefined) {
    const found = await server.ask(server.admin.apps.find(quickstart))
    if (found) return found
  }
  return findApp(server, input)
}

/** The user of a person who logged in before. */
export const userOf = ({ user, email }: Person): User => {
  if (!user) throw new CliError('demoStopped', { detail: `${email} is not logged in`, fix: '' })
  return user
}
