import type { Run } from '../../command.ts'
import { writeJson } from '../../output.ts'
import { findUser } from './user.ts'

export const run: Run = async (input, terminal) => {
  const { server, app, user } = await findUser(input, terminal)
  writeJson(terminal, await server.ask(server.admin.users.data(app, user.id)))
}
