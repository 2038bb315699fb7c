import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { fromFailureMessage } from '../../documents/embedded/engine/failure.ts'
import {
  isOutOfMemory,
  memoryLimits,
  type ThreadMemory,
  watchMemory,
} from '../../documents/embedded/engine/threads/thread-memory.ts'
import { openFairQueue } from '../../documents/fair-queue.ts'
import { AppError } from '../../errors.ts'
import type { ViewDone, ViewJob } from './messages.ts'
import { tooLargeResult, tooSlow } from './refusals.ts'

/** Threads that do what would hold up the event loop. */
export type ViewThreads = {
  /**
   * Documents one behind the other. Owners take turns, and one thread is left to whoever has none.
   *
   * @throws `readSizeLimit`, `overloaded`, DocumentsError
   */
  run(owner: string, job: Omit<ViewJob, 'id'>): Promise<Uint8Array>
  /** Ends all work. May be called twice. */
  close(): Promise<void>
}

type Waiting = {
  readonly owner: string
  readonly job: ViewJob
  readonly resolve: (documents: Uint8Array) => void
  readonly reject: (error: Error) => void
}

type Thread = {
  readonly worker: Worker
  readonly memory: ThreadMemory
  current: Waiting | undefined
  /** Its modules are loaded: from here on time counts. */
  isReady: boolean
  /** Ends the job when it is late, or the thread when nobody needs it. */
  timer?: NodeJS.Timeout
  /** Measures while a job runs. */
  looks?: NodeJS.Timeout
}

export type ViewThreadOptions = {
  readonly maxThreads?: number
  readonly maxWaiting?: number
}

/** A thread that nobody needs goes after so long. */
const idleMs = 30_000
const memoryMib = 512
const lookEveryMs = 25

const startWorker = (): Worker => {
  const directory = getCompileCacheDir()
  const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js'
  return new Worker(new URL(file, import.meta.url), {
    name: 'data-view',
    workerData: { compileCache: directory === undefined ? undefined : dirname(directory) },
    resourceLimits: { ...memoryLimits(memoryMib), maxYoungGenerationSizeMb: 16 },
  })
}

/** What a job is refused with whose thread ended under it. */
const lostBy = (error: unknown): Error =>
  isOutOfMemory(error) ? tooLargeResult() : new Error('a thread for views ended', { cause: error })

const settle = (
  { resolve, reject }: Waiting,
  done: Exclude<ViewDone, { readonly kind: 'ready' }>,
): void => {
  if (done.kind === 'done') resolve(done.documents)
  else if (done.kind === 'large') reject(tooLargeResult())
  else reject(fromFailureMessage(done.failure))
}

const stopClocks = ({ timer, looks }: Thread): void => {
  clearTimeout(timer)
  clearInterval(looks)
}

/** Each thread does one job at a time; one that takes too long costs its thread. */
export const openViewThreads = ({
  maxThreads = 3,
  maxWaiting = 200,
}: ViewThreadOptions = {}): ViewThreads => {
  const threads = new Set<Thread>()
  const waiting = openFairQueue<Waiting>()
  let lastId = 0
  let isClosed = false

  const end = (thread: Thread, error?: Error): Promise<number> => {
    const { current, worker } = thread
    stopClocks(thread)
    threads.delete(thread)
    thread.current = undefined
    if (error !== undefined) current?.reject(error)
    return worker.terminate()
  }

  const fail = (thread: Thread, error: Error): void => {
    void end(thread, error)
    begin()
  }

  const watch = (thread: Thread, job: ViewJob): void => {
    thread.timer = setTimeout(() => fail(thread, tooSlow(job.maxTimeMs)), job.maxTimeMs)
    const look = (): void =>
      thread.memory.measure(() => {
        if (thread.current?.job === job) fail(thread, tooLargeResult())
      })
    thread.looks = setInterval(look, lookEveryMs)
  }

  const mayGo = (owner: string): boolean => {
    const busy = [...threads].filter(({ current }) => current !== undefined)
    const isTheirFirst = busy.every(({ current }) => current?.owner !== owner)
    return isTheirFirst || busy.length < maxThreads - 1
  }

  const give = (thread: Thread, work: Waiting): void => {
    stopClocks(thread)
    thread.current = work
    thread.worker.ref()
    if (thread.isReady) watch(thread, work.job)
    thread.worker.postMessage(work.job, [work.job.documents.buffer as ArrayBuffer])
  }

  const next = (thread: Thread): void => {
    stopClocks(thread)
    thread.current = undefined
    const work = waiting.take(mayGo)
    if (work === undefined) {
      thread.worker.unref()
      thread.timer = setTimeout(() => void end(thread), idleMs).unref()
    } else give(thread, work)
  }

  const start = (): Thread => {
    const worker = startWorker()
    const memory = watchMemory(worker, memoryMib)
    const thread: Thread = { worker, memory, current: undefined, isReady: false }
    threads.add(thread)
    thread.worker.on('message', (done: ViewDone) => {
      const { current } = thread
      if (done.kind === 'ready') {
        thread.isReady = true
        if (current !== undefined) watch(thread, current.job)
      }
      if (done.kind === 'ready' || current?.job.id !== done.id) return
      next(thread)
      settle(current, done)
    })
    thread.worker.on('error', error => {
      if (threads.has(thread)) fail(thread, lostBy(error))
    })
    return thread
  }

  const begin = (): void => {
    if (isClosed) return
    const idle = [...threads].find(({ current }) => current === undefined)
    if (idle === undefined && threads.size >= maxThreads) return
    const work = waiting.take(mayGo)
    if (work !== undefined) give(idle ?? start(), work)
  }

  return {
    run: (owner, job) => {
      const isFull = waiting.size() >= maxWaiting || waiting.sizeOf(owner) >= maxWaiting / 4
      if (isClosed || isFull) {
        return Promise.reject(new AppError('overloaded'))
      }
      lastId += 1
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
      waiting.add(owner, { owner, job: { ...job, id: lastId }, resolve, reject })
      begin()
      return promise
    },
    close: async () => {
      isClosed = true
      const error = new AppError('overloaded')
      for (const { reject } of waiting.clear()) reject(error)
      await Promise.all([...threads].map(thread => end(thread, error)))
    },
  }
}
