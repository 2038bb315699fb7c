import { Worker } from 'node:worker_threads'
import { DocumentsError } from '../../error.ts'
import { fromFailureMessage } from './failure.ts'
import type { Lane, ReadDone, ReaderOptions, ReadOutcome, ReadRequest } from './messages.ts'
import { siblingModule } from './sibling.ts'

/** A read that waits for its thread. */
export type ReadJob = {
  readonly request: ReadRequest
  readonly resolve: (outcome: ReadOutcome) => void
  readonly reject: (error: Error) => void
}

export type ReaderLane = {
  add(job: ReadJob): void
  /** Reads that wait or run. */
  size(): number
  close(): Promise<void>
}

export type LaneOptions = {
  readonly path: string
  readonly lane: Lane
  /** Takes over a read that is too slow for this lane. Absent: such a read ends with `MaxTimeMSExpired`. */
  readonly moveTo?: (job: ReadJob) => void
}

const checkEveryMs = 50
/** What a read is given beyond its time before its thread is ended, so that it may end itself first. */
const graceMs = 100
const quickLimitMs = 150
const idleMs = 30_000

const resourceLimits = {
  maxOldGenerationSizeMb: 768,
  maxYoungGenerationSizeMb: 32,
  stackSizeMb: 4,
}

/** One reader thread, started at its first read. It runs one read after the other; one without end costs its thread. */
export const openReaderLane = ({ path, lane, moveTo }: LaneOptions): ReaderLane => {
  const jobs = new Map<number, ReadJob>()
  let worker: Worker | undefined
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

  const take = (id: number): ReadJob | undefined => {
    const job = jobs.get(id)
    jobs.delete(id)
    headSince = performance.now()
    return job
  }

  const receive = (message: ReadDone): void => {
    if (message.kind === 'ready') {
      isReady = true
      headSince = performance.now()
      return
    }
    const job = take(message.id)
    if (message.kind === 'done') job?.resolve(message.outcome)
    else if (message.kind === 'failed') job?.reject(fromFailureMessage(message.failure))
    else if (job !== undefined) moveTo?.(job)
    if (jobs.size === 0) rest()
  }

  /** The read at the head has killed the thread or has to be ended with it; all others start again. */
  const restartWithout = (end: (job: ReadJob) => void): void => {
    void stop()
    const [head] = jobs.values()
    if (head !== undefined) {
      jobs.delete(head.request.id)
      end(head)
    }
    if (jobs.size === 0) return rest()
    for (const { request } of jobs.values()) post(request)
  }

  const expire = (job: ReadJob): void => {
    if (moveTo !== undefined) return moveTo(job)
    job.reject(new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit'))
  }

  const checkHead = (): void => {
    const [head] = jobs.values()
    if (head === undefined || !isReady) return
    const limitMs = lane === 'quick' ? quickLimitMs : head.request.maxTimeMs + graceMs
    if (performance.now() - headSince > limitMs) restartWithout(expire)
  }

  const start = (): Worker => {
    const started = new Worker(siblingModule('./read/thread', import.meta.url), {
      name: `documents-reader-${lane}`,
      workerData: { path, lane } satisfies ReaderOptions,
      resourceLimits,
    })
    started.on('message', message => {
      if (started === worker) receive(message)
    })
    started.on('error', error => {
      if (started !== worker) return
      restartWithout(job =>
        job.reject(
          'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? new DocumentsError(
                'QueryExceededMemoryLimitNoDiskUseAllowed',
                'the read needed more memory than a reader has',
              )
            : new DocumentsError('Unavailable', `the reader thread ended: ${error.message}`),
        ),
      )
    })
    return started
  }

  const post = (request: ReadRequest): void => {
    worker ??= start()
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
    close: async () => {
      clearTimeout(idle)
      clearInterval(check)
      check = undefined
      await stop()
      for (const { reject } of jobs.values()) {
        reject(new DocumentsError('Unavailable', 'the store is closed'))
      }
      jobs.clear()
    },
  }
}
