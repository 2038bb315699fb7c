import type { AdminLogs, ListLogsOptions, LogEntry, LogsOf, LogsPage } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { writeJson } from '../../output.ts'
import { type FoundServer, findApp, findServer } from '../../running-server.ts'
import type { Terminal } from '../../terminal.ts'
import { readLimit } from '../read-limit.ts'
import { readSince } from './read-since.ts'
import { writeEntry } from './write-entry.ts'

const command = 'logs '
const pageSize = 100

const readWanted = (input: CommandInput): ListLogsOptions => {
  const user = optionText(input, 'user')
  const types = optionText(input, 'type')
  const requestId = optionText(input, 'request')
  const after = readSince(input, command)
  return {
    ...(user !== undefined && { user }),
    ...(types !== undefined && { types: types.split(',') }),
    ...(requestId !== undefined && { requestId }),
    ...(after && { after }),
    ...(input.options.errors === true && { failed: true }),
  }
}

export const run: Run = async (input, terminal) => {
  const isFollowing = input.options.follow === true
  const limit = readLimit(input, { command, absent: isFollowing ? 10 : 50 })
  const wanted = readWanted(input)
  const server = await findServer(input, terminal)
  const of = input.options.all ? 'all' : await findApp(server, input)
  if (isFollowing)
    return follow(server, terminal, {
      of,
      isJson: input.options.json === true,
      wanted: { ...wanted, limit },
    })
  const { entries, hasMore } = await server.ask(
    readEntries(server.admin.logs, of, { ...wanted, limit }),
  )
  if (input.options.json) return writeJson(terminal, entries)
  if (entries.length === 0) return terminal.write('No entries.\n')
  for (const entry of entries.toReversed()) writeEntry(entry, terminal)
  if (hasMore) terminal.write('\nThere are older ones: --since, or a larger --limit.\n')
}

type Following = {
  readonly of: LogsOf
  readonly isJson: boolean
  readonly wanted: ListLogsOptions
}

/** Until the person at the terminal ends it. */
const follow = async (
  { admin, ask }: FoundServer,
  terminal: Terminal,
  { of, isJson, wanted }: Following,
): Promise<void> => {
  const stop = new AbortController()
  void terminal.waitForStop().then(() => stop.abort())
  const entries = admin.logs.follow(of, { ...wanted, signal: stop.signal })
  for (;;) {
    const { value: entry, done } = await ask(entries.next())
    if (done) return
    if (isJson) terminal.write(`${JSON.stringify(entry)}\n`)
    else writeEntry(entry, terminal)
  }
}

/** As many as are wanted, the newest first. */
const readEntries = async (
  logs: AdminLogs,
  of: LogsOf,
  { limit = pageSize, ...wanted }: ListLogsOptions,
): Promise<{ readonly entries: readonly LogEntry[]; readonly hasMore: boolean }> => {
  const found: LogEntry[] = []
  let next: LogsPage['next']
  do {
    const asked = { ...wanted, ...next, limit: Math.min(pageSize, limit - found.length) }
    const page: LogsPage = of === 'all' ? await logs.listAll(asked) : await logs.list(of, asked)
    found.push(...page.entries)
    next = page.next
  } while (next && found.length < limit)
  return { entries: found, hasMore: next !== undefined }
}
