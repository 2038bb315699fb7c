import type { AdminApp, AdminUser } from '@regent/sdk/admin'
import type { CommandInput } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { toLine, toTime } from '../../output.ts'
import { type FoundServer, findApp, findServer } from '../../running-server.ts'
import type { Terminal } from '../../terminal.ts'

export type FoundUser = {
  readonly server: FoundServer
  readonly app: AdminApp
  readonly user: AdminUser
}

/** What people know the user by: e-mail address or name, else what they are. */
export const describeUser = ({ profile, identities }: AdminUser): string => {
  const known = profile.email ?? profile.name
  if (typeof known === 'string') return toLine(known)
  return identities.every(({ providerType }) => providerType === 'anon-user') ? '(anonymous)' : ''
}

/** What an operator may want to do something about; empty for most users. */
export const describeState = ({ disabled, deletesAt }: AdminUser): string =>
  [
    ...(disabled ? ['disabled'] : []),
    ...(deletesAt ? [`deleted on ${toTime(deletesAt).slice(0, 10)}`] : []),
  ].join(', ')

/**
 * The user that the first argument names, by id or by e-mail address.
 *
 * @throws CliError `userUnknown`
 */
export const findUser = async (input: CommandInput, terminal: Terminal): Promise<FoundUser> => {
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  return { server, app, user: await findUserOf(server, app, input.args[0] ?? '') }
}

/**
 * The app's user of that id or e-mail address.
 *
 * @throws CliError `userUnknown`
 */
export const findUserOf = async (
  { admin, ask }: FoundServer,
  app: AdminApp,
  wanted: string,
): Promise<AdminUser> => {
  const { users } = admin
  const user = await ask(
    wanted.includes('@') ? users.findByEmail(app, wanted) : users.find(app, wanted),
  )
  if (!user) throw new CliError('userUnknown', { app: app.clientAppId, user: wanted })
  return user
}

type Verb = 'disable' | 'enable' | 'logOut' | 'restore'

/** Does one thing to the user that the first argument names, and says so. */
export const changeUser = async (
  input: CommandInput,
  terminal: Terminal,
  { verb, done }: { readonly verb: Verb; readonly done: string },
): Promise<void> => {
  const { server, app, user } = await findUser(input, terminal)
  await server.ask(server.admin.users[verb](app, user.id))
  const { write, paint } = terminal
  write(`${paint('green', '✓')} ${describeUser(user)} (${user.id}) ${done}.\n`)
}
