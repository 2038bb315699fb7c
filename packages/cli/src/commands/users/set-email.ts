import type { Run } from '../../command.ts'
import { toLine } from '../../output.ts'
import { describeUser, findUser } from './user.ts'

export const run: Run = async (input, terminal) => {
  const [, email = ''] = input.args
  const { server, app, user } = await findUser(input, terminal)
  await server.ask(server.admin.users.resetEmail(app, user.id, email))
  const { write, paint } = terminal
  write(`${paint('green', '✓')} ${describeUser(user)} (${user.id}) is ${toLine(email)} now.\n`)
}
