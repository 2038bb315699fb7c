import type { AdminApiKey, AdminApp } from '@regent/sdk/admin'
import type { CommandInput } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { type FoundServer, findApp, findServer } from '../../running-server.ts'
import type { Terminal } from '../../terminal.ts'

type FoundKey = {
  readonly server: FoundServer
  readonly app: AdminApp
  readonly key: AdminApiKey
}

/**
 * The server key that the first argument names, by id or by name.
 *
 * @throws CliError `keyUnknown`
 */
const findKey = async (input: CommandInput, terminal: Terminal): Promise<FoundKey> => {
  const wanted = input.args[0] ?? ''
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const keys = await server.ask(server.admin.apiKeys.list(app))
  const key = keys.find(({ id }) => id === wanted) ?? keys.find(({ name }) => name === wanted)
  if (!key) throw new CliError('keyUnknown', { app: app.clientAppId, key: wanted })
  return { server, app, key }
}

type Verb = 'disable' | 'enable' | 'delete'

/** Does one thing to the key that the first argument names, and says so. */
export const changeKey = async (
  input: CommandInput,
  terminal: Terminal,
  { verb, done }: { readonly verb: Verb; readonly done: string },
): Promise<void> => {
  const { server, app, key } = await findKey(input, terminal)
  await server.ask(server.admin.apiKeys[verb](app, key.id))
  const { write, paint } = terminal
  write(`${paint('green', '✓')} ${key.name} (${key.id}) ${done}.\n`)
}
