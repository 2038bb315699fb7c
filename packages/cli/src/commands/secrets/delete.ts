import type { Run } from '../../command.ts'
import { findApp, findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const [name = ''] = input.args
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  await server.ask(server.admin.secrets.delete(app, name))
  terminal.write(`${terminal.paint('green', '✓')} The secret ${name} is deleted.\n`)
}
