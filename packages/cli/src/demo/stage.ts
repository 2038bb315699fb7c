import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App as AppType, User } from '@regent/sdk'
import type { AdminApp, MailboxLetter } from '@regent/sdk/admin'
import { type CommandInput, optionText } from '../command.ts'
import { CliError } from '../errors.ts'
import { type FoundServer, findApp } from '../running-server.ts'
import { clearNotebook } from './notebook.ts'

/** One person of the demo: e-mail address and password are new in every run. */
export type Person = { readonly email: string; readonly password: string; user?: User }

/** What the steps of the demo play on. */
export type Stage = {
  readonly server: FoundServer
  readonly adminApp: AdminApp
  /** The SDK's app, with its users on disk in a folder of its own. */
  readonly app: AppType
  /** Another device of the same person. */
  readonly phone: AppType
  readonly ada: Person
  bob: Person
  /** Where the demo's OpenID provider listens. */
  readonly openIdPort: number
  phoneSession?: string | undefined
  /** Whether the app has the documents that the demo writes; `undefined` until it was tried. */
  hasData?: boolean
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
  const openDevice = (name: string): AppType =>
    new App({
      id: adminApp.clientAppId,
      baseUrl: server.url,
      baseFilePath: join(folder, name),
    })
  const app = openDevice('laptop')
  const phone = openDevice('phone')
  const stage: Stage = {
    server,
    adminApp,
    app,
    phone,
    openIdPort: readPort(input),
    ada: createPerson('ada'),
    bob: createPerson('bob'),
    findLetter: async to => {
      const letters = await server.ask(server.admin.mailbox.list(adminApp))
      return letters.find(letter => letter.to === to)
    },
    clear: async () => {
      for (const user of Object.values(app.allUsers)) {
        if (!user.isLoggedIn) continue
        if (stage.hasData) await clearNotebook(user)
        await app.deleteUser(user).catch(() => {})
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stage
}

const readPort = (input: CommandInput): number => {
  const port = Number(optionText(input, 'openidPort') ?? 9091)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new CliError('wrongUse', { detail: '--openid-port must be a port number' })
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
