import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { memoryLimits } from '../../documents/embedded/engine/threads/thread-memory.ts'
import { type Answers, makeAnswerMemory, openAnswers } from '../answers.ts'
import { type Cells, makeCellMemory, openCells } from '../cells.ts'
import type { ThreadApp, ThreadOptions } from '../messages.ts'

/** What the first module of a thread is given. */
export type ThreadData = {
  readonly options: ThreadOptions
  /** Where compiled code is kept; a thread does not share its process's setting by itself. */
  readonly compileCache: string | undefined
}

/** The first module, beside sources (`.ts`) or beside built files (`.js`). */
const firstModule = (): URL =>
  new URL(`../worker/thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

const compileCache = (): string | undefined => {
  const directory = getCompileCacheDir()
  return directory === undefined ? undefined : dirname(directory)
}

/** A thread, and this side of the memory that it shares with the server. */
export type StartedThread = {
  readonly worker: Worker
  readonly cells: Cells
  readonly answers: Answers
}

/** Starts a thread for the app's code. It sees none of the server's variables, and keeps no process alive. */
export const startThread = (app: ThreadApp, memoryMib: number): StartedThread => {
  const cells = makeCellMemory()
  const answers = makeAnswerMemory()
  const options: ThreadOptions = { app, cells, answers, memoryMib }
  const worker = new Worker(firstModule(), {
    name: 'functions',
    workerData: { options, compileCache: compileCache() } satisfies ThreadData,
    env: { NODE_ENV: 'production' },
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { ...memoryLimits(memoryMib), maxYoungGenerationSizeMb: 32 },
  })
  worker.stdout.resume()
  worker.stderr.resume()
  worker.unref()
  return { worker, cells: openCells(cells), answers: openAnswers(answers) }
}
