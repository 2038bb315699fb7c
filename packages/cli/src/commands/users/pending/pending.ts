import { AdminError } from '@regent/sdk/admin'
import type { CommandInput } from '../../../command.ts'
import { CliError } from '../../../errors.ts'
import { toLine } from '../../../output.ts'
import { findApp, findServer } from '../../../running-server.ts'
import type { Terminal } from '../../../terminal.ts'

type Verb = 'confirm' | 'sendConfirmation' | 'runConfirmation' | 'delete'

/**
 * Does one thing to the registration of the address, and says so.
 *
 * @throws CliError `pendingUnknown`
 */
export const changePending = async (
  input: CommandInput,
  terminal: Terminal,
  { verb, done }: { readonly verb: Verb; readonly done: string },
): Promise<void> => {
  const [email = ''] = input.args
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  await server.ask(server.admin.pendingUsers[verb](app, email)).catch((cause: unknown) => {
    if (!isUnknown(cause)) throw cause
    throw new CliError('pendingUnknown', { app: app.clientAppId, email }, { cause })
  })
  terminal.write(`${terminal.paint('green', '✓')} ${toLine(email)} ${done}.\n`)
}

const isUnknown = (error: unknown): boolean =>
  error instanceof CliError && error.cause instanceof AdminError && error.cause.status === 404
