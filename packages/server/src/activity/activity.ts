import type { Log } from '../log.ts'
import { type Audit, openAudit } from './audit.ts'
import { cleanEntry } from './clean-entry.ts'
import type { Entry, EntryQuery, KeptEntry } from './entry.ts'
import { openIds } from './entry-id.ts'
import { failedEntries } from './failed-entries.ts'
import { type FailureLimits, openFailureCounts } from './failure-counts.ts'
import { type Metrics, openMetrics } from './metrics/metrics.ts'
import { openProcessSeries } from './metrics/process-series.ts'
import { gauge } from './metrics/series.ts'
import { type OpenLogs, openRecords } from './records.ts'
import { type Retention, trim } from './trim.ts'
import { openWaiting } from './waiting.ts'

/** What happened: entries of all apps, kept for a set time, without secrets. */
export type Activity = {
  /**
   * Notes what happened; it is written within a second. Never throws and costs next to nothing. When too much waits to
   * be written it is dropped, and an entry says how many were.
   *
   * Failures that repeat from one address are counted after the first few; one entry stands for them.
   */
  note(entry: Entry): void
  /** As `note`; resolves when the entry is on the disk. Never rejects: what happened has happened. */
  keep(entry: Entry): Promise<void>
  /** Entries noted so far, the newest first. */
  find(query: EntryQuery): Promise<KeptEntry[]>
  /** What operators did, apart from all other entries: nothing that is asked of the server changes or removes it. */
  readonly audit: Audit
  /** How much happened, for machines that watch the server. */
  readonly metrics: Metrics
  /** Forgets the entries of an app that is deleted. The audit trail stays. */
  forgetApp(appId: string): Promise<void>
  /** Deletes what has had its time, or is too much. */
  trim(): Promise<void>
  /** Writes down what waits. */
  flush(): Promise<void>
  /** Writes down what waits and frees everything. */
  close(): Promise<void>
}

export type ActivityOptions = {
  /** Opens the database of entries. Called when the first entry is written or asked for, so that idle servers have none. */
  readonly openLogs: OpenLogs
  readonly retention: Retention
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly failureLimits?: FailureLimits
  /** Entries that may wait to be written. Default 10,000. */
  readonly mostWaiting?: number
}

const loss: Entry = {
  type: 'API',
  event: 'lost',
  appId: undefined,
  error: 'more happened at once than could be written down',
}

const writeEveryMs = 500
const trimEveryMs = 60_000

export const openActivity = (options: ActivityOptions): Activity => {
  const { openLogs, retention, log, now, failureLimits, mostWaiting = 10_000 } = options
  const newId = openIds()
  const failures = openFailureCounts(now, failedEntries, failureLimits)
  const records = openRecords(openLogs, Math.ceil(retention.mostEntries / 100))

  const metrics = openMetrics()
  metrics.add(openProcessSeries())

  const toKept = (entry: Entry): KeptEntry => {
    const at = now()
    return { startedAt: at, ...cleanEntry(entry), id: newId(at), at }
  }
  const lossEntry = (count: number): KeptEntry => toKept({ ...loss, count })
  metrics.add(() => [
    {
      name: 'regent_log_entries_lost_total',
      help: 'Log entries that there was no room or no store for.',
      type: 'counter',
      aggregator: 'sum',
      values: [{ value: waiting.lost(), labels: {} }],
    },
    gauge(
      { name: 'regent_log_entries_waiting', help: 'Log entries that are not written yet.' },
      waiting.size(),
    ),
  ])
  const audit = openAudit({ records, log, now, newId: () => newId(now()) })
  const waiting = openWaiting({ records, log, mostWaiting, lossEntry })
  const isListed = (entry: Entry): boolean => entry.error === undefined || failures.admit(entry)
  const takeCounted = (all?: boolean): Promise<void> => {
    for (const entry of failures.take(all)) waiting.add(toKept(entry))
    return audit.writeCounted(all)
  }
  const trimNow = async (): Promise<void> => {
    if (records.isOpen()) await trim(await records.open(), retention, now())
  }

  const writing = setInterval(() => {
    void takeCounted()
    void waiting.write()
  }, writeEveryMs).unref()
  const trimming = setInterval(() => {
    void trimNow().catch(error => log.warn('old log entries could not be deleted', { err: error }))
  }, trimEveryMs).unref()

  return {
    note: entry => {
      if (isListed(entry)) waiting.add(toKept(entry))
    },
    keep: async entry => {
      if (!isListed(entry)) return
      waiting.add(toKept(entry))
      await waiting.writeSoon()
    },
    audit,
    metrics,
    find: async query => {
      await waiting.write()
      return (await records.open()).entries.find(query)
    },
    forgetApp: async appId => {
      await waiting.write()
      await (await records.open()).entries.removeByApp(appId)
    },
    trim: trimNow,
    flush: waiting.write,
    close: async () => {
      clearInterval(writing)
      clearInterval(trimming)
      await takeCounted(true)
      await waiting.write()
      await records.close()
    },
  }
}
