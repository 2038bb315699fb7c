import type { Run } from '../../command.ts'
import { writeFields, writeJson } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const made = await server.ask(server.admin.apiKeys.create(app, input.args[0] ?? ''))

  if (input.options.json) return writeJson(terminal, made)
  writeFields(terminal, [
    ['name', made.name],
    ['id', made.id],
    ['user', made.userId],
    ['key', made.key],
  ])
  terminal.complain('\nThis is the only time that the key is shown: keep it where it is used.\n')
}
