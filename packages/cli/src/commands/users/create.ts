import type { Run } from '../../command.ts'
import { writeFields, writeJson } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'
import { newPassword } from '../admins/new-password.ts'
import { readPassword } from '../admins/operators.ts'

export const run: Run = async (input, terminal) => {
  const [email = ''] = input.args
  const given = await readPassword(input, terminal)
  const password = given ?? newPassword()
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const user = await server.ask(server.admin.users.create(app, { email, password }))
  const shown = given === undefined ? { password } : {}

  if (input.options.json) return writeJson(terminal, { ...user, ...shown })
  writeFields(terminal, [['user', user.id], ['email', email], ...Object.entries(shown)])
  if (given === undefined) {
    terminal.complain('\nThis is the only time that the password is shown.\n')
  }
}
