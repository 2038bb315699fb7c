import { Worker } from 'node:worker_threads'
import { DocumentsError } from '../../error.ts'
import { fromFailureMessage } from './failure.ts'
import type { BatchDone, Counters, WriteOutcome, WriteRequest, WriterOptions } from './messages.ts'
import { siblingModule } from './sibling.ts'
import { activity, makeProgress, readProgress, toRequestCell } from './write/progress.ts'
import type { WriterMessage } from './write/thread.ts'

type Waiting = {
  readonly request: WriteRequest
  readonly resolve: (outcome: WriteOutcome) => void
  readonly reject: (error: Error) => void
}

export type WriterThread = {
  /** Resolves when the write is on the disk. */
  send(request: Omit<WriteRequest, 'id'>): Promise<WriteOutcome>
  readonly counters: () => Counters
  /** Waits for what was sent, then ends the thread. */
  close(): Promise<void>
}

export type WriterEvents = {
  /** After a commit, before the writes in it resolve. */
  onCommit(done: BatchDone): void
}

/** A write of one document that takes this long is a pattern without end. */
const stuckMs = 2_000
const watchEveryMs = 500

const resourceLimits = {
  maxOldGenerationSizeMb: 384,
  maxYoungGenerationSizeMb: 16,
  stackSizeMb: 4,
}

const unavailable = (message: string): DocumentsError => new DocumentsError('Unavailable', message)

/** The event loop's end of the writer: sends requests, starts the thread, and starts it again when it dies. */
export const startWriterThread = (
  options: Omit<WriterOptions, 'progress'>,
  { onCommit }: WriterEvents,
): WriterThread => {
  const waiting = new Map<number, Waiting>()
  let outbox: WriteRequest[] = []
  let lastId = 0
  let worker: Worker | undefined
  let progress = makeProgress()
  let counters: Counters = { commits: 0, writes: 0, checkpoints: 0 }
  let earlier: Counters = counters
  let underWay: ReadonlySet<number> = new Set()
  let watch: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined

  const settle = (done: BatchDone): void => {
    counters = {
      commits: earlier.commits + done.counters.commits,
      writes: earlier.writes + done.counters.writes,
      checkpoints: earlier.checkpoints + done.counters.checkpoints,
    }
    underWay = new Set(done.underWay)
    onCommit(done)
    for (const answer of done.settled) {
      const caller = waiting.get(answer.id)
      waiting.delete(answer.id)
      if ('failure' in answer) caller?.reject(fromFailureMessage(answer.failure))
      else caller?.resolve(answer.outcome)
    }
    if (waiting.size === 0) rest()
  }

  const rest = (): void => {
    clearInterval(watch)
    watch = undefined
    worker?.unref()
  }

  const rejectAll = (reason: string): void => {
    const callers = [...waiting.values()]
    waiting.clear()
    outbox = []
    rest()
    for (const caller of callers) caller.reject(unavailable(reason))
  }

  const start = (): Worker => {
    progress = makeProgress()
    earlier = counters
    const started = new Worker(siblingModule('./write/thread', import.meta.url), {
      name: 'documents-writer',
      workerData: { ...options, progress } satisfies WriterOptions,
      resourceLimits,
    })
    started.on('message', settle)
    started.on('error', error => {
      if (started === worker) rejectAll(`the writer thread ended: ${error.message}`)
    })
    started.on('exit', () => {
      if (started !== worker) return
      worker = undefined
      rejectAll('the writer thread ended')
    })
    return started
  }

  const post = (message: WriterMessage): void => {
    worker ??= start()
    worker.postMessage(message)
  }

  const flush = (): void => {
    if (outbox.length === 0) return
    const requests = outbox
    outbox = []
    post({ kind: 'requests', requests })
    worker?.ref()
    watch ??= watchForStuckWrite()
  }

  /** Ends a thread that has been at one document for too long, and sends again what it had not committed. */
  const restartWithout = async (stuckCell: number): Promise<void> => {
    const stuck = worker
    const memory = progress
    worker = undefined
    await stuck?.terminate()
    const wasCommitting = readProgress(memory).activity !== activity.running
    if (wasCommitting) return rejectAll('the writer thread was ended during a commit')
    for (const [id, { reject }] of waiting) {
      const isStuck = toRequestCell(id) === stuckCell
      if (!isStuck && !underWay.has(id)) continue
      waiting.delete(id)
      reject(
        isStuck
          ? new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit on one document')
          : unavailable('the writer thread was ended when a part of the operation was done'),
      )
    }
    underWay = new Set()
    outbox = [...waiting.values()].map(({ request }) => request)
    flush()
  }

  const watchForStuckWrite = (): NodeJS.Timeout => {
    let last = { step: -1, since: performance.now() }
    return setInterval(() => {
      const { activity: doing, step, request } = readProgress(progress)
      if (doing !== activity.running || step !== last.step) {
        last = { step, since: performance.now() }
      } else if (performance.now() - last.since >= stuckMs) {
        last = { step: -1, since: performance.now() }
        void restartWithout(request)
      }
    }, watchEveryMs).unref()
  }

  const send = (request: Omit<WriteRequest, 'id'>): Promise<WriteOutcome> => {
    if (closing !== undefined) return Promise.reject(unavailable('the store is closed'))
    lastId += 1
    const numbered: WriteRequest = { ...request, id: lastId }
    return new Promise((resolve, reject) => {
      waiting.set(numbered.id, { request: numbered, resolve, reject })
      outbox.push(numbered)
      if (outbox.length === 1) setImmediate(flush)
    })
  }

  const end = async (): Promise<void> => {
    flush()
    const ending = worker
    if (ending === undefined) return
    ending.ref()
    await new Promise<void>(resolve => {
      ending.once('exit', () => resolve())
      ending.postMessage({ kind: 'close' } satisfies WriterMessage)
    })
    rest()
  }

  worker = start()
  worker.unref()

  return {
    send,
    counters: () => counters,
    close: () => {
      closing ??= end()
      return closing
    },
  }
}
