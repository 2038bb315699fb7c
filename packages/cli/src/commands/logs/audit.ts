import type { AdminAudit, AuditRow, ListAuditOptions } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { writeJson } from '../../output.ts'
import { type FoundServer, findApp, findServer } from '../../running-server.ts'
import { readLimit } from '../read-limit.ts'
import { readSince } from './read-since.ts'
import { writeAction } from './write-entry.ts'

const command = 'audit '
const pageSize = 100

const readWanted = async (server: FoundServer, input: CommandInput): Promise<ListAuditOptions> => {
  const after = readSince(input, command)
  const operation = optionText(input, 'operation')
  const requestId = optionText(input, 'request')
  const app = optionText(input, 'app') === undefined ? undefined : await findApp(server, input)
  return {
    ...(app && { appId: app.id }),
    ...(operation !== undefined && { operation }),
    ...(requestId !== undefined && { requestId }),
    ...(after && { after }),
    ...(input.options.errors === true && { failed: true }),
  }
}

export const run: Run = async (input, terminal) => {
  const limit = readLimit(input, { command })
  const server = await findServer(input, terminal)
  const wanted = await readWanted(server, input)
  const operator = optionText(input, 'operator')
  const rows = await server.ask(
    readRows(server.admin.audit, wanted, { limit, isWanted: isOf(operator) }),
  )
  if (input.options.json) return writeJson(terminal, rows)
  if (rows.length === 0) return terminal.write('No actions.\n')
  for (const row of rows.toReversed()) writeAction(row, terminal)
}

const isOf =
  (operator: string | undefined) =>
  (row: AuditRow): boolean =>
    operator === undefined || [row.operator?.id, row.operator?.name].includes(operator)

/** As many as are wanted, the newest first. */
const readRows = async (
  audit: AdminAudit,
  wanted: ListAuditOptions,
  { limit, isWanted }: { readonly limit: number; readonly isWanted: (row: AuditRow) => boolean },
): Promise<readonly AuditRow[]> => {
  const found: AuditRow[] = []
  let before: string | undefined
  for (;;) {
    const page = await audit.list({
      ...wanted,
      limit: pageSize,
      ...(before !== undefined && { before }),
    })
    found.push(...page.filter(isWanted))
    before = page.at(-1)?.id
    if (found.length >= limit || page.length < pageSize) return found.slice(0, limit)
  }
}
