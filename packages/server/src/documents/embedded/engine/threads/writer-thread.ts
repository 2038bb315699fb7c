import type { Worker } from 'node:worker_threads'
import { DocumentsError } from '../../../error.ts'
import type { BatchDone, Counters, WriteOutcome, WriteRequest, WriterOptions } from '../messages.ts'
import { activity, makeProgress, readProgress, toRequestCell } from '../write/progress.ts'
import type { WriterMessage } from '../write/serve.ts'
import { openPendingWrites, unavailable } from './pending-writes.ts'
import { retireThread, startThread } from './start-thread.ts'
import { watchSteps } from './step-watch.ts'
import { isOutOfMemory, memoryLimits, type ThreadMemory, watchMemory } from './thread-memory.ts'

export type WriterThread = {
  /** Resolves when the write is on the disk. */
  send(request: Omit<WriteRequest, 'id'>): Promise<WriteOutcome>
  counters(): Counters
  /** Takes no more writes and resolves when those under way are answered. */
  drain(): Promise<void>
  /** Drains, then closes the file. */
  close(): Promise<void>
}

export type WriterEvents = {
  /** After a commit, before the writes in it resolve. */
  onCommit(done: BatchDone): void
}

const name = 'documents-writer'

const memoryMib = 256
const resourceLimits = { ...memoryLimits(memoryMib), maxYoungGenerationSizeMb: 8 }

/** Writes that wait for others of the same turn of the event loop. More go at once: a turn of many requests takes long. */
const mostHeld = 16

const noCounters: Counters = { commits: 0, writes: 0, checkpoints: 0 }

const addCounters = (left: Counters, right: Counters): Counters => ({
  commits: left.commits + right.commits,
  writes: left.writes + right.writes,
  checkpoints: left.checkpoints + right.checkpoints,
})

type Running = {
  readonly worker: Worker
  readonly progress: SharedArrayBuffer
  readonly memory: ThreadMemory
  /** Writes that have done a part, as of the last commit. */
  underWay: ReadonlySet<number>
  counters: Counters
}

const startWorker = (
  options: Omit<WriterOptions, 'progress'>,
  events: {
    message(running: Running, done: BatchDone): void
    end(running: Running, error: Error): void
  },
): Running => {
  const progress = makeProgress()
  const { path, changeLog, maxBatch, maxChanges, maxChangeAgeMs } = options
  const worker = startThread<WriterOptions>(
    '../write/thread',
    { path, changeLog, maxBatch, maxChanges, maxChangeAgeMs, progress },
    { name, resourceLimits },
  )
  const running: Running = {
    worker,
    progress,
    memory: watchMemory(worker, memoryMib),
    underWay: new Set(),
    counters: noCounters,
  }
  worker.on('message', (done: BatchDone) => events.message(running, done))
  worker.on('error', error => events.end(running, error))
  worker.on('exit', () => events.end(running, new Error('it ended')))
  return running
}

const tookTime = (): DocumentsError =>
  new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit')

const tookMemory = (): DocumentsError =>
  new DocumentsError(
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    'the write needed more memory than the writer has',
  )

/** The write for which a thread had to be ended, and what it is told. */
type Culprit = { readonly cell: number; readonly error: DocumentsError }

/** What a write is told when the thread had to be ended; nothing when the write had not begun. */
const lossOf = (
  { progress, underWay }: Running,
  { cell, error }: Culprit,
  id: number,
): DocumentsError | undefined => {
  if (readProgress(progress).activity !== activity.running) {
    return unavailable('the writer thread was ended during a commit')
  }
  if (toRequestCell(id) === cell) return error
  if (!underWay.has(id)) return undefined
  return unavailable('the writer thread was ended when a part of the operation was done')
}

/** The event loop's end of the writer: sends requests, starts the thread, and starts it again when it dies. */
export const startWriterThread = (
  options: Omit<WriterOptions, 'progress'>,
  { onCommit }: WriterEvents,
): WriterThread => {
  const pending = openPendingWrites()
  let outbox: WriteRequest[] = []
  let lastId = 0
  let running: Running | undefined
  let earlier = noCounters
  let isClosing = false
  let isRestarting = false

  const rest = (): void => {
    if (!pending.isEmpty()) return
    watch.stop()
    running?.worker.unref()
  }

  const retire = (): Running | undefined => {
    const ended = running
    earlier = addCounters(earlier, ended?.counters ?? noCounters)
    running = undefined
    return ended
  }

  const start = (): Running =>
    startWorker(options, {
      message: (sender, done) => {
        sender.underWay = new Set(done.underWay)
        sender.counters = done.counters
        onCommit(done)
        pending.settle(done.settled)
        rest()
      },
      end: (sender, error) => {
        if (sender !== running) return
        if (isOutOfMemory(error)) {
          const { request: cell } = readProgress(sender.progress)
          void restartWithout({ cell, error: tookMemory() })
          return
        }
        retire()
        outbox = []
        pending.reject(() => unavailable(`the writer thread failed: ${error.message}`))
        rest()
      },
    })

  const flush = (): void => {
    if (outbox.length === 0 || isRestarting) return
    running ??= start()
    running.worker.ref()
    running.worker.postMessage({ kind: 'requests', requests: outbox } satisfies WriterMessage)
    outbox = []
    watch.start()
  }

  /** Ends a thread that one document takes too much of, and sends again what it had not begun. */
  const restartWithout = async (culprit: Culprit): Promise<void> => {
    const ended = retire()
    if (ended === undefined) return
    isRestarting = true
    await ended.worker.terminate()
    isRestarting = false
    pending.reject(id => lossOf(ended, culprit, id))
    outbox = pending.requests()
    flush()
    rest()
  }

  const watch = watchSteps(() => running?.progress ?? makeProgress(), {
    long: (cell, isStill) =>
      running?.memory.measure(() => {
        if (isStill()) void restartWithout({ cell, error: tookMemory() })
      }),
    stuck: cell => void restartWithout({ cell, error: tookTime() }),
  })

  const send = (request: Omit<WriteRequest, 'id'>): Promise<WriteOutcome> => {
    if (isClosing) return Promise.reject(unavailable('the store is closed'))
    lastId += 1
    const numbered: WriteRequest = { ...request, id: lastId }
    return new Promise((resolve, reject) => {
      pending.add({ request: numbered, resolve, reject })
      outbox.push(numbered)
      if (outbox.length === 1) setImmediate(flush)
      else if (outbox.length >= mostHeld) flush()
    })
  }

  const drain = (): Promise<void> => {
    isClosing = true
    return pending.drained()
  }

  const close = async (): Promise<void> => {
    await drain()
    const ended = retire()
    if (ended !== undefined) await retireThread(ended.worker, name)
  }

  running = start()
  return {
    send,
    counters: () => addCounters(earlier, running?.counters ?? noCounters),
    drain,
    close,
  }
}
