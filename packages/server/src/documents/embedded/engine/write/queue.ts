import { isFileFailure, toDocumentsError, toFailureMessage } from '../failure.ts'
import type { Settled, WriteRequest } from '../messages.ts'
import { toTask } from './run.ts'
import type { Task, Writer } from './writer.ts'

type Job = { readonly request: WriteRequest; task: Task | undefined }

/** A batch of writes on its way into one commit. */
export type Batch = {
  readonly settled: readonly Settled[]
  /** Every request that took part, also those that go on in a later batch. */
  readonly taken: readonly number[]
}

type OpenBatch = {
  readonly settled: Settled[]
  readonly taken: number[]
  /** What goes on in a later batch. */
  readonly later: Job[]
}

/** Thrown when the file failed under a batch: nothing of the batch is in the file. */
export class BatchFailure extends Error {
  readonly requests: readonly number[]

  constructor(requests: readonly number[], cause: unknown) {
    super('the batch could not be written', { cause })
    this.requests = requests
  }
}

const maxBatchMs = 10

export type Queue = {
  add(requests: readonly WriteRequest[]): void
  /**
   * Runs what waits inside the transaction that is open, up to the size of a batch.
   *
   * @throws `BatchFailure` when the file failed.
   */
  runBatch(writer: Writer): Batch
  waiting(): number
  /** Of those, the ones that have not begun. */
  short(): number
  allIds(): number[]
  /** Requests that have written a part and go on. */
  underWay(): number[]
  /** Takes out what a failed batch has touched, and long writes that lost what they had found. */
  removeFailed(requests: readonly number[]): number[]
}

export type QueueOptions = {
  readonly maxBatch: number
  onStep(request: number): void
  /** Adds what has come meanwhile. */
  receive(): void
}

/** Writes that wait, short ones before the next step of a long one. */
export const openQueue = (path: string, { maxBatch, onStep, receive }: QueueOptions): Queue => {
  let short: Job[] = []
  let long: Job[] = []
  let hasSkipped = false

  const run = (writer: Writer, job: Job, batch: OpenBatch): void => {
    const { id } = job.request
    batch.taken.push(id)
    onStep(id)
    writer.budget.start()
    try {
      job.task ??= toTask(writer, job.request)
      const { done, value } = job.task.next()
      if (done) batch.settled.push({ id, outcome: value })
      else batch.later.push(job)
    } catch (error) {
      if (isFileFailure(error) || !writer.state.connection.database.isTransaction) throw error
      const failure = toFailureMessage(toDocumentsError(error, path))
      batch.settled.push({ id, failure })
    }
  }

  const runShort = (writer: Writer, batch: OpenBatch): void => {
    const startedAt = performance.now()
    let done = 0
    while (done < short.length && batch.taken.length < maxBatch) {
      run(writer, short[done] as Job, batch)
      done += 1
      if (performance.now() - startedAt >= maxBatchMs) break
    }
    short = short.slice(done)
  }

  /** A step of a large write never shares two commits in a row with short ones, which would wait for it. */
  const runLong = (writer: Writer, batch: OpenBatch): void => {
    const isShared = batch.taken.length > 0
    if (isShared && !hasSkipped) {
      hasSkipped = true
      return
    }
    hasSkipped = false
    const job = long.shift()
    if (job !== undefined) run(writer, job, batch)
  }

  /** A step more for each commit less, until something is done or somebody comes who would wait for it. */
  const runQuiet = (writer: Writer, batch: OpenBatch): void => {
    const startedAt = performance.now()
    const isQuiet = (): boolean => {
      if (performance.now() - startedAt >= maxBatchMs || batch.taken.length >= maxBatch)
        return false
      receive()
      return short.length === 0 && batch.settled.length === 0
    }
    while (long.length > 0 && isQuiet()) {
      run(writer, long.shift() as Job, batch)
      long.push(...batch.later.splice(0))
    }
  }

  const runBatch = (writer: Writer): Batch => {
    const batch: OpenBatch = { settled: [], taken: [], later: [] }
    try {
      runShort(writer, batch)
      if (long.length > 0 && batch.taken.length < maxBatch) runLong(writer, batch)
      long.push(...batch.later.splice(0))
      runQuiet(writer, batch)
    } catch (error) {
      throw new BatchFailure(batch.taken, error)
    }
    return batch
  }

  return {
    runBatch,
    add: (requests: readonly WriteRequest[]): void => {
      for (const request of requests) short.push({ request, task: undefined })
    },
    underWay: (): number[] => long.map(({ request }) => request.id),
    waiting: (): number => short.length + long.length,
    short: (): number => short.length,
    allIds: (): number[] => [...short, ...long].map(({ request }) => request.id),
    removeFailed: (requests: readonly number[]): number[] => {
      const failed = new Set(requests)
      const gone = [...long, ...short].filter(
        ({ request, task }) => failed.has(request.id) || task !== undefined,
      )
      for (const { request } of gone) failed.add(request.id)
      short = short.filter(({ request }) => !failed.has(request.id))
      long = []
      return [...failed]
    },
  }
}
