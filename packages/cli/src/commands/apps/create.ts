import type { Run } from '../../command.ts'
import { writeJson } from '../../output.ts'
import { findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const [name = ''] = input.args
  const server = await findServer(input, terminal)
  const app = await server.ask(server.admin.apps.create({ name }))

  if (input.options.json) return writeJson(terminal, app)
  terminal.write(
    `${terminal.paint('green', '✓')} ${app.clientAppId} is there, with nothing in it.\n`,
  )
}
