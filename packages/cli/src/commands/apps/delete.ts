import type { Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { findApp, findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const [wanted = ''] = input.args
  const server = await findServer(input, terminal)
  const app = await findApp(server, { ...input, options: { ...input.options, app: wanted } })
  if (!input.options.yes) throw new CliError('deleteUnsure', { app: app.clientAppId })
  await server.ask(server.admin.apps.delete(app))
  terminal.write(
    `${terminal.paint('green', '✓')} ${app.clientAppId} is deleted, with its users and everything that was kept for it.\n`,
  )
}
