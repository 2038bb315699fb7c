import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Document } from 'bson'
import { toBytes } from '../../../documents/embedded/values/bytes.ts'
import { AppError } from '../../../errors.ts'
import type { Answer, Question } from './serve.ts'

/** What the first module of the thread is given. */
export type FilterThreadData = {
  /** Where compiled code is kept; a thread does not share its process's setting by itself. */
  readonly compileCache: string | undefined
}

/** Matches filters that one event can keep busy for as long as it likes: with a pattern, or an expression. */
export type Elsewhere = {
  /** @throws `databaseError` when it takes longer than a quarter of a second, or the filter cannot be applied */
  matches(filter: Uint8Array, event: Document): Promise<boolean>
  close(): Promise<void>
}

type Job = {
  readonly question: Question
  readonly resolve: (matches: boolean) => void
  readonly reject: (error: Error) => void
}

const limitMs = 250
const checkEveryMs = 50

const start = (): Worker => {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  const cache = getCompileCacheDir()
  const worker = new Worker(new URL(`./thread${extension}`, import.meta.url), {
    name: 'watch-filters',
    workerData: {
      compileCache: cache === undefined ? undefined : dirname(cache),
    } satisfies FilterThreadData,
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  })
  worker.unref()
  return worker
}

const refusal = (message: string): AppError => new AppError('databaseError', { message })

/** One thread, started at its first event. What takes too long costs the thread; everything else starts again. */
export const openElsewhere = (): Elsewhere => {
  const jobs = new Map<number, Job>()
  let worker: Worker | undefined
  let isReady = false
  let headSince = 0
  let check: NodeJS.Timeout | undefined
  let lastId = 0

  const stop = async (): Promise<void> => {
    const ending = worker
    worker = undefined
    isReady = false
    await ending?.terminate()
  }

  const rest = (): void => {
    clearInterval(check)
    check = undefined
  }

  const dropHead = (reason: string): void => {
    void stop()
    const [head] = jobs.values()
    if (head !== undefined) {
      jobs.delete(head.question.id)
      head.reject(refusal(reason))
    }
    for (const { question } of jobs.values()) post(question)
    if (jobs.size === 0) rest()
  }

  const receive = (sender: Worker, { id, matches, failure }: Answer): void => {
    if (sender !== worker) return
    isReady = true
    headSince = performance.now()
    const job = jobs.get(id)
    jobs.delete(id)
    if (failure !== undefined) job?.reject(refusal(failure))
    else job?.resolve(matches === true)
    if (jobs.size === 0) rest()
  }

  const open = (): Worker => {
    const opened = start()
    opened.on('message', answer => receive(opened, answer))
    opened.on('error', error => {
      if (opened === worker) dropHead(`the filter could not be applied: ${error.message}`)
    })
    return opened
  }

  const post = (question: Question): void => {
    worker ??= open()
    worker.postMessage(question)
  }

  const checkHead = (): void => {
    if (isReady && performance.now() - headSince > limitMs) {
      dropHead(`the filter took longer than ${limitMs} ms on one event`)
    }
  }

  return {
    matches: (filter, event) =>
      new Promise((resolve, reject) => {
        const question = { id: ++lastId, filter, event: toBytes(event) }
        if (jobs.size === 0) headSince = performance.now()
        jobs.set(question.id, { question, resolve, reject })
        check ??= setInterval(checkHead, checkEveryMs).unref()
        post(question)
      }),
    close: async () => {
      rest()
      await stop()
      for (const { reject } of jobs.values()) reject(refusal('the server stops'))
      jobs.clear()
    },
  }
}
