import type { Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const server = await findServer(input, terminal)
  const apps = await server.ask(server.admin.apps.list())

  if (input.options.json) return writeJson(terminal, apps)
  if (apps.length === 0) return terminal.write('No apps.\n')
  writeTable(
    terminal,
    ['app', 'name', 'environment', 'deployed'],
    apps.map(app => [app.clientAppId, app.name, app.environment, toTime(app.modifiedAt)]),
  )
}
