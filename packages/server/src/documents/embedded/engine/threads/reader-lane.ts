import type { Worker } from 'node:worker_threads'
import { DocumentsError } from '../../../error.ts'
import { fromFailureMessage } from '../failure.ts'
import type { Lane, ReadDone, ReaderOptions, ReadOutcome, ReadRequest } from '../messages.ts'
import { retireThread, startThread } from './start-thread.ts'
import {
  isOutOfMemory,
  measuredFromMs,
  memoryLimits,
  type ThreadMemory,
  watchMemory,
} from './thread-memory.ts'

/** A read that waits, or runs. */
export type ReadJob = {
  readonly request: ReadRequest
  /** For whom it is; `undefined` is the server itself. */
  readonly owner: string | undefined
  readonly resolve: (outcome: ReadOutcome) => void
  readonly reject: (error: Error) => void
}

export type ReaderLane = {
  add(job: ReadJob): void
  /** Reads that it was given and has not ended. */
  size(): number
  /** How many of them are for that owner. */
  sizeOf(owner: string | undefined): number
  close(): Promise<void>
}

export type LaneOptions = {
  readonly path: string
  readonly lane: Lane
  /** What becomes of a read that takes too long for this lane. */
  onSlow(job: ReadJob): void
  /** Called when a read has ended, whatever became of it. */
  onRoom(): void
}

const checkEveryMs = 50
/** What a read is given beyond its time before its thread is ended, so that it may end itself first. */
const graceMs = 100
/** A quick read ends itself long before; what does not is stuck at one document. */
const quickLimitMs = 1_000
/** A thread for slow reads goes when nobody has needed it for so long: it may have grown large. */
const idleMs = 30_000

const memoryMib = 512
const resourceLimits = { ...memoryLimits(memoryMib), maxYoungGenerationSizeMb: 16 }

const nameOf = (lane: Lane): string => `documents-reader-${lane}`

const startReader = (
  options: ReaderOptions,
  events: { message(sender: Worker, done: ReadDone): void; error(sender: Worker, e: Error): void },
): Worker => {
  const worker = startThread('../read/thread', options, {
    name: nameOf(options.lane),
    resourceLimits,
  })
  worker.on('message', done => events.message(worker, done))
  worker.on('error', error => events.error(worker, error))
  return worker
}

const tookMemory = (): DocumentsError =>
  new DocumentsError(
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    'the read needed more memory than a reader has',
  )

const toReadError = (error: Error): DocumentsError =>
  isOutOfMemory(error)
    ? tookMemory()
    : new DocumentsError('Unavailable', `the reader thread ended: ${error.message}`)

/** One reader thread, started at its first read. It runs one read after the other; one without end costs its thread. */
export const openReaderLane = ({ path, lane, onSlow, onRoom }: LaneOptions): ReaderLane => {
  const jobs = new Map<number, ReadJob>()
  let worker: Worker | undefined
  let memory: ThreadMemory | undefined
  let isReady = false
  let headSince = 0
  let check: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined

  const stop = async (): Promise<void> => {
    const ending = worker
    worker = undefined
    isReady = false
    await ending?.terminate()
  }

  const rest = (): void => {
    clearInterval(check)
    check = undefined
    worker?.unref()
    if (lane === 'slow') idle = setTimeout(() => void stop(), idleMs).unref()
  }

  const receive = (sender: Worker, done: ReadDone): void => {
    if (sender !== worker) return
    headSince = performance.now()
    isReady = true
    if (done.kind === 'ready') return
    const job = jobs.get(done.id)
    jobs.delete(done.id)
    if (done.kind === 'done') job?.resolve(done.outcome)
    else if (done.kind === 'failed') job?.reject(fromFailureMessage(done.failure))
    else if (job !== undefined) onSlow(job)
    goOn()
  }

  const goOn = (): void => {
    onRoom()
    if (jobs.size === 0) rest()
  }

  /** Ends the thread with the read at the head; all others start again. */
  const restartWithout = (end: (job: ReadJob) => void): void => {
    void stop()
    const [head] = jobs.values()
    if (head !== undefined) {
      jobs.delete(head.request.id)
      end(head)
    }
    for (const { request } of jobs.values()) post(request)
    goOn()
  }

  const endGreedy = (greedy: ReadJob): void => {
    const [head] = jobs.values()
    if (head === greedy) restartWithout(({ reject }) => reject(tookMemory()))
  }

  const checkHead = (): void => {
    const [head] = jobs.values()
    if (head === undefined || !isReady) return
    const limitMs = lane === 'quick' ? quickLimitMs : head.request.maxTimeMs + graceMs
    const ranMs = performance.now() - headSince
    if (ranMs > limitMs) restartWithout(onSlow)
    else if (ranMs > measuredFromMs) memory?.measure(() => endGreedy(head))
  }

  const post = (request: ReadRequest): void => {
    if (worker === undefined) {
      worker = startReader(
        { path, lane },
        {
          message: receive,
          error: (sender, error) => {
            if (sender === worker) restartWithout(job => job.reject(toReadError(error)))
          },
        },
      )
      memory = watchMemory(worker, memoryMib)
    }
    worker.ref()
    worker.postMessage(request)
  }

  return {
    add: job => {
      clearTimeout(idle)
      if (jobs.size === 0) headSince = performance.now()
      jobs.set(job.request.id, job)
      check ??= setInterval(checkHead, checkEveryMs)
      post(job.request)
    },
    size: () => jobs.size,
    sizeOf: owner => [...jobs.values()].filter(job => job.owner === owner).length,
    close: async () => {
      clearTimeout(idle)
      clearInterval(check)
      // A thread for slow reads has stepped back for good, and one that reads may go on for long.
      if (worker !== undefined && lane === 'quick' && jobs.size === 0) {
        await retireThread(worker, nameOf(lane))
        worker = undefined
      }
      await stop()
      for (const { reject } of jobs.values()) {
        reject(new DocumentsError('Unavailable', 'the store is closed'))
      }
      jobs.clear()
    },
  }
}
