import type { FollowLogsOptions, ListLogsOptions, LogEntry, LogsPage } from './log-types.ts'

type Read = (options: ListLogsOptions) => Promise<LogsPage>

/** Servers write their entries within a second: what is later than another may be seen before it. */
const lateMs = 5_000

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise(resolve => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })

/** All pages of what is later than the date. */
const readSince = async (read: Read, options: ListLogsOptions): Promise<LogEntry[]> => {
  const found: LogEntry[] = []
  let next: LogsPage['next']
  do {
    const page: LogsPage = await read({ ...options, ...next })
    found.push(...page.entries)
    next = page.next
  } while (next)
  return found
}

/** Entries as they come, the oldest first: what is there to begin with, and then what each look finds. */
export async function* followLogs(
  read: Read,
  { signal, everyMs = 1_000, limit = 10, after, ...options }: FollowLogsOptions = {},
): AsyncGenerator<LogEntry> {
  let known = new Set<string>()
  const first = after
    ? await readSince(read, { ...options, after })
    : (await read({ ...options, limit })).entries
  let fresh = first.toReversed()
  let newest = after
  while (!signal?.aborted) {
    yield* fresh
    newest = fresh.at(-1)?.at ?? newest
    await pause(everyMs, signal)
    if (signal?.aborted) return
    const since = newest && new Date(newest.getTime() - lateMs)
    const seen = await readSince(read, { ...options, ...(since && { after: since }) })
    for (const { id } of fresh) known.add(id)
    fresh = seen.filter(({ id }) => !known.has(id)).toReversed()
    known = new Set(seen.map(({ id }) => id))
  }
}
