import type { Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const keys = await server.ask(server.admin.apiKeys.list(app))

  if (input.options.json) return writeJson(terminal, keys)
  if (keys.length === 0) return terminal.write('No server keys.\n')
  const rows = keys.map(key => [
    key.id,
    key.name,
    `${key.prefix}…`,
    key.disabled ? 'disabled' : '',
    toTime(key.createdAt),
    key.lastUsedAt ? toTime(key.lastUsedAt) : 'never',
  ])
  writeTable(terminal, ['key', 'name', 'begins', 'state', 'created', 'last used'], rows)
}
