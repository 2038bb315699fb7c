import { isUnavailable } from '../documents/error.ts'
import type { Log } from '../log.ts'
import type { KeptEntry } from './entry.ts'
import type { OpenedRecords } from './records.ts'

/** Entries that wait to be written. */
export type Waiting = {
  add(entry: KeptEntry): void
  /** Writes what waits. Resolves when it is written, or could not be; never rejects. */
  write(): Promise<void>
  /** As `write`, together with what is added in this turn of the event loop. */
  writeSoon(): Promise<void>
  /** Entries that there was no room for, and that could not be written, so far. */
  lost(): number
  /** Entries that wait. */
  size(): number
}

export type WaitingOptions = {
  readonly records: Pick<OpenedRecords, 'open'>
  readonly log: Log
  readonly mostWaiting: number
  /** The entry that says how many were lost. */
  readonly lossEntry: (count: number) => KeptEntry
}

type Waiter = { readonly upTo: number; readonly resolve: () => void }

const mostAtOnce = 1_000
/** A flush for each few entries costs more than all else about them, and takes the disk from those of the store. */
const restMs = 5

/** Writes in batches, one at a time: what comes meanwhile, and in a short rest after it, waits for the next. */
export const openWaiting = ({ records, log, mostWaiting, lossEntry }: WaitingOptions): Waiting => {
  let waiting: KeptEntry[] = []
  let waiters: Waiter[] = []
  let taken = 0
  let lost = 0
  let lostUntold = 0
  let isUncertain = false
  let isWriting = false

  const settle = (isDone: (waiter: Waiter) => boolean): void => {
    const done = waiters.filter(isDone)
    waiters = waiters.filter(waiter => !isDone(waiter))
    for (const { resolve } of done) resolve()
  }

  const lose = (count: number): void => {
    lost += count
    lostUntold += count
  }

  const insert = async (batch: readonly KeptEntry[]): Promise<void> => {
    const { entries, segments } = await records.open()
    const write = isUncertain ? entries.insertAgain : entries.insert
    isUncertain = true
    const first = batch[0] as KeptEntry
    await Promise.all([write(batch), segments.add(first.id, batch.length)])
    isUncertain = false
  }

  const writeBatch = async (): Promise<void> => {
    const size = Math.min(waiting.length, mostAtOnce)
    const batch = waiting.slice(0, size)
    if (lostUntold > 0) batch.push(lossEntry(lostUntold))
    const told = lostUntold
    try {
      await insert(batch)
      lostUntold -= told
    } catch (error) {
      if (isUnavailable(error)) throw error
      lose(size)
      log.error('log entries were refused', { count: batch.length, err: error })
    }
    waiting = waiting.slice(size)
    taken += size
    settle(({ upTo }) => upTo <= taken)
  }

  const rest = (): Promise<void> => new Promise(resolve => setTimeout(resolve, restMs))

  const writeAll = async (): Promise<void> => {
    isWriting = true
    try {
      while (waiting.length > 0) {
        await writeBatch()
        await rest()
      }
    } catch (error) {
      log.warn('log entries could not be written yet', { waiting: waiting.length, err: error })
      settle(() => true)
    } finally {
      isWriting = false
    }
  }

  /** All that was added before is taken once `taken` is this. */
  const written = (): Promise<void> =>
    waiting.length === 0
      ? Promise.resolve()
      : new Promise(resolve => waiters.push({ upTo: taken + waiting.length, resolve }))

  return {
    add: entry => {
      if (waiting.length < mostWaiting) waiting.push(entry)
      else lose(1)
    },
    write: () => {
      const done = written()
      if (!isWriting && waiting.length > 0) void writeAll()
      return done
    },
    writeSoon: () => {
      const done = written()
      setImmediate(() => {
        if (!isWriting && waiting.length > 0) void writeAll()
      })
      return done
    },
    lost: () => lost,
    size: () => waiting.length,
  }
}
