import { type Connection, openWriter } from '../connection.ts'
import { toDocumentsError, toFailureMessage } from '../failure.ts'
import type { BatchDone, Settled, WriteRequest, WriterOptions } from '../messages.ts'
import { openBudget } from './budget.ts'
import { noChanges, recordChanges } from './changes.ts'
import { removeHiddenCollections } from './operations/collections.ts'
import { removeUnfinishedIndexes } from './operations/indexes.ts'
import { writeProgress } from './progress.ts'
import { BatchFailure, openQueue } from './queue.ts'
import { openRows } from './rows.ts'
import { openState } from './state.ts'
import type { Writer } from './writer.ts'

/** The log is moved into the file once it is this long. */
const checkpointPages = 2_000

export type Committer = {
  add(requests: readonly WriteRequest[]): void
  waiting(): number
  /** Of those, the ones that have not begun. */
  short(): number
  /** True while a write goes on that needs more than one commit. */
  hasLarge(): boolean
  commitBatch(): void
  /** Moves the log into the file once it is long; called after the answers went out. */
  checkpoint(): void
  close(): void
}

export type CommitterEnds = {
  send(done: BatchDone): void
  /** Adds requests that have come meanwhile. */
  receive(): void
}

/**
 * Writes batches: everything that waits goes into one transaction and is answered once that is on the disk.
 * When the file fails, whatever took part in the batch is refused, the connection is given up, and the next
 * batch opens the file again.
 */
export const openCommitter = (
  options: WriterOptions,
  { send, receive }: CommitterEnds,
): Committer => {
  const { path, maxBatch } = options
  const progress = writeProgress(options.progress)
  const queue = openQueue(path, { maxBatch, onStep: progress.running, receive })
  const counters = { commits: 0, writes: 0, checkpoints: 0 }
  let now = 0
  let lastTold = ''
  let connection: Connection | undefined
  let writer: Writer | undefined

  const open = (): Writer => {
    connection = openWriter(path)
    const state = openState(connection)
    const changes = options.changeLog
      ? recordChanges(connection, { limits: options, now: () => now })
      : noChanges
    const opened = { state, rows: openRows(state, changes), changes, budget: openBudget() }
    connection.database.exec('BEGIN IMMEDIATE')
    removeUnfinishedIndexes(opened)
    for (const _ of removeHiddenCollections(opened)) opened.budget.start()
    connection.database.exec('COMMIT')
    return opened
  }

  const giveUp = (): void => {
    const failed = connection
    connection = undefined
    writer = undefined
    try {
      failed?.close()
    } catch {
      // What could not be closed after a failure is of no more use.
    }
  }

  /** A step of a large write that changes nothing for anybody yet is not told: the event loop has other work. */
  const answer = (settled: readonly Settled[]): void => {
    const underWay = queue.underWay()
    const catalogVersion = writer?.state.catalog().version ?? 0
    const lastChange = options.changeLog ? (writer?.state.lastChange() ?? 0) : 0
    const state = `${underWay} ${catalogVersion} ${lastChange}`
    if (settled.length === 0 && state === lastTold) return
    lastTold = state
    send({ settled, underWay, catalogVersion, lastChange, counters: { ...counters } })
  }

  const checkpointIfLong = (): void => {
    if (connection === undefined) return
    const state = connection.statement('PRAGMA wal_checkpoint(NOOP)').get()
    if (Number(state?.log) - Number(state?.checkpointed) < checkpointPages) return
    connection.statement('PRAGMA wal_checkpoint(PASSIVE)').get()
    counters.checkpoints += 1
  }

  const written = (open: Writer): string =>
    `${open.state.connection.statement('SELECT total_changes() AS n').get()?.n} ${open.state.catalog().version}`

  /** Gives up the connection, and with it everything that was under way. */
  const refuse = (error: unknown): readonly Settled[] => {
    const cause = error instanceof BatchFailure ? error.cause : error
    const requests = error instanceof BatchFailure ? error.requests : queue.allIds()
    const failure = toFailureMessage(toDocumentsError(cause, path))
    giveUp()
    return queue.removeFailed(requests).map(id => ({ id, failure }))
  }

  const runTransaction = (): readonly Settled[] => {
    writer ??= open()
    const { statement } = writer.state.connection
    statement('BEGIN IMMEDIATE').run()
    const before = written(writer)
    const { settled, taken } = queue.runBatch(writer)
    progress.committing()
    try {
      statement('COMMIT').run()
    } catch (error) {
      throw new BatchFailure(taken, error)
    }
    if (written(writer) !== before) counters.commits += 1
    counters.writes += settled.length
    return settled
  }

  const commitBatch = (): void => {
    let settled: readonly Settled[]
    try {
      settled = runTransaction()
    } catch (error) {
      settled = refuse(error)
    }
    answer(settled)
    progress.idle()
  }

  return {
    add: (requests: readonly WriteRequest[]): void => {
      for (const request of requests) now = Math.max(now, request.now)
      queue.add(requests)
    },
    waiting: queue.waiting,
    short: queue.short,
    hasLarge: () => queue.underWay().length > 0,
    commitBatch,
    checkpoint: (): void => {
      try {
        checkpointIfLong()
      } catch {
        // The log stays as it is, and is tried again after the next commit.
      }
    },
    close: giveUp,
  }
}
