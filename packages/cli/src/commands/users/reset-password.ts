import type { Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { readPassword } from '../admins/operators.ts'
import { describeUser, findUser } from './user.ts'

export const run: Run = async (input, terminal) => {
  const { write, paint } = terminal
  const isSent = input.options.send === true
  const password = isSent ? undefined : await readPassword(input, terminal)
  if (!isSent && password === undefined) {
    throw new CliError('wrongUse', {
      detail: 'Pipe the new password in, name a file with --file, or --send the letter.',
      command: 'users reset-password ',
    })
  }
  const { server, app, user } = await findUser(input, terminal)
  await server.ask(server.admin.users.resetPassword(app, user.id, password))
  const done = isSent ? 'was sent the letter' : 'has another password: all sessions ended'
  write(`${paint('green', '✓')} ${describeUser(user)} (${user.id}) ${done}.\n`)
}
