import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Activity, type ActivityOptions, openActivity } from '../../src/activity/activity.ts'
import { openLogs } from '../../src/activity/open-logs.ts'
import type { Documents } from '../../src/documents/documents.ts'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import { logsDatabaseOf } from '../../src/domain/mongodb-address.ts'
import { openLog } from '../../src/log.ts'

export const startedAt = 1_700_000_000_000

export type TempActivity = AsyncDisposable & {
  readonly activity: Activity
  readonly folder: string
  readonly lines: string[]
  advance(ms: number): void
  /** Another one over the same place, as after a restart. */
  reopen(change?: Partial<ActivityOptions>): Activity
}

export type TempOptions = Partial<ActivityOptions> & {
  /** Address of a MongoDB to keep entries in. Default embedded. */
  readonly cluster?: string | undefined
}

/** What happened, kept in a folder or database of its own, which goes with it. */
export const openTempActivity = async ({
  cluster,
  ...options
}: TempOptions = {}): Promise<TempActivity> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-logs-'))
  const systemDatabase = `regent_t${randomBytes(8).toString('hex')}`
  const documents: Documents = cluster
    ? await openMongoDb({ address: cluster, systemDatabase })
    : await openEmbedded({ path: join(folder, 'system.db') })
  const lines: string[] = []
  const log = openLog({ level: 'debug', to: { write: line => void lines.push(line) } })
  let time = startedAt
  const opened: Activity[] = []
  const reopen: TempActivity['reopen'] = (change = {}) => {
    const activity = openActivity({
      openLogs: openLogs({ folder, documents }),
      retention: { days: 10, mostEntries: 1_000_000, auditDays: 365 },
      log,
      now: () => time,
      ...options,
      ...change,
    })
    opened.push(activity)
    return activity
  }
  return {
    activity: reopen(),
    folder,
    lines,
    advance: ms => {
      time += ms
    },
    reopen,
    [Symbol.asyncDispose]: async () => {
      for (const activity of opened) await activity.close()
      if (cluster) await documents.database(logsDatabaseOf(systemDatabase)).drop()
      await documents.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
