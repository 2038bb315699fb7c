import { isFileFailure, toDocumentsError, toFailureMessage } from '../failure.ts'
import type { Settled, WriteRequest } from '../messages.ts'
import { toTask } from './run.ts'
import type { Task, Writer } from './writer.ts'

type Job = { readonly request: WriteRequest; task: Task | undefined }

/** A batch of writes on its way into one commit. */
export type Batch = {
  readonly settled: Settled[]
  /** Every request that took part, also those that go on in a later batch. */
  readonly taken: readonly number[]
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
  allIds(): number[]
  /** Requests that have written a part and go on. */
  underWay(): number[]
  /** Takes out what a failed batch has touched, and long writes that lost what they had found. */
  removeFailed(requests: readonly number[]): number[]
}

/** Writes that wait, short ones before the next step of a long one. */
export const openQueue = (
  path: string,
  { maxBatch, onStep }: { maxBatch: number; onStep: (request: number) => void },
): Queue => {
  let short: Job[] = []
  let long: Job[] = []

  const step = (writer: Writer, job: Job, batch: Batch): 'done' | 'goes on' => {
    const { id } = job.request
    onStep(id)
    writer.budget.start()
    try {
      job.task ??= toTask(writer, job.request)
      const { done, value } = job.task.next()
      if (!done) return 'goes on'
      batch.settled.push({ id, outcome: value })
    } catch (error) {
      if (isFileFailure(error) || !writer.state.connection.database.isTransaction) throw error
      const failure = toFailureMessage(toDocumentsError(error, path))
      batch.settled.push({ id, failure })
    }
    return 'done'
  }

  const runBatch = (writer: Writer): Batch => {
    const taken: number[] = []
    const batch: Batch = { settled: [], taken }
    const startedAt = performance.now()
    const later: Job[] = []
    try {
      let done = 0
      while (done < short.length && taken.length < maxBatch) {
        const job = short[done] as Job
        done += 1
        taken.push(job.request.id)
        if (step(writer, job, batch) === 'goes on') later.push(job)
        if (performance.now() - startedAt >= maxBatchMs) break
      }
      short = short.slice(done)
      const [first] = long
      if (first !== undefined && taken.length < maxBatch) {
        taken.push(first.request.id)
        long.shift()
        if (step(writer, first, batch) === 'goes on') later.push(first)
      }
      long.push(...later)
    } catch (error) {
      throw new BatchFailure(taken, error)
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
