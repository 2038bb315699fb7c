import type { PendingUser } from '@regent/sdk/admin'
import { optionText, type Run } from '../../../command.ts'
import { toTime, writeJson, writeTable } from '../../../output.ts'
import { findApp, findServer } from '../../../running-server.ts'
import { readLimit } from '../../read-limit.ts'

const pageSize = 50

export const run: Run = async (input, terminal) => {
  const limit = readLimit(input, { command: 'users pending list ' })
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const found: PendingUser[] = []
  let after = optionText(input, 'after')
  while (found.length <= limit) {
    const options = { limit: pageSize, ...(after !== undefined && { after }) }
    const page = await server.ask(server.admin.pendingUsers.list(app, options))
    found.push(...page)
    if (page.length < pageSize) break
    after = page.at(-1)?.id
  }
  const shown = found.slice(0, limit)

  if (input.options.json) return writeJson(terminal, shown)
  if (shown.length === 0) return terminal.write('No pending users.\n')
  const rows = shown.map(({ id, email, confirmed, createdAt }) => [
    id,
    email,
    confirmed ? 'confirmed, no log-in yet' : 'not confirmed',
    toTime(createdAt),
  ])
  writeTable(terminal, ['registration', 'e-mail', 'state', 'registered'], rows)
  if (found.length > limit) {
    terminal.write(`\nThere are more: --after ${shown.at(-1)?.id}, or a larger --limit.\n`)
  }
}
