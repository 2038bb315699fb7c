import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { startTestServer } from '@regent/server/testing'
import { makeUsers } from './users.ts'

/** What the parent may ask of a server whose app has functions. */
export type FunctionQuestion =
  /** Makes anonymous users with sessions; answers refresh tokens of some of them. */
  | { readonly ask: 'users'; readonly count: number }
  /**
   * Calls a small function, so many at a time, and sends as many messages to a thread that only answers, for so
   * long each. Answers `Compared`.
   */
  | { readonly ask: 'compare'; readonly atOnce: number; readonly durationMs: number }
  /** Begins calling functions that compute without a pause; answers at once. */
  | { readonly ask: 'begin'; readonly atOnce: number }
  /** Lets them end; answers how many calls came to their end. */
  | { readonly ask: 'end' }

/** A second: calls, round trips of messages. */
export type Compared = { readonly calls: number; readonly messages: number }

const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const server = await startTestServer({
  dataDir: folder,
  settings: { logLevel: 'error' },
  app: {
    functions: {
      add: 'exports = async (a, b) => a + b',
      busy: 'exports = () => { const end = Date.now() + 100; let n = 0; while (Date.now() < end) n += 1; return n }',
    },
  },
})
const made = makeUsers(server)
const { functions } = server.deps
const run = (name: string, ...args: unknown[]): Promise<unknown> =>
  functions.run(server.app, { name, args, caller: undefined })

type Step = () => Promise<unknown>

/** How often a second `step` comes to its end, when so many are always under way. */
const rateOf = async (step: Step, atOnce: number, durationMs: number): Promise<number> => {
  let done = 0
  const from = performance.now()
  const over = from + durationMs
  const repeat = async (): Promise<void> => {
    while (performance.now() < over) {
      await step()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, repeat))
  return (done * 1_000) / (performance.now() - from)
}

/** A thread that only answers: a message for each question. */
const startEcho = () => {
  const echo = new Worker(
    `const { parentPort } = require('node:worker_threads')
    parentPort.on('message', ({ id, args: [a, b] }) => parentPort.postMessage({ id, value: a + b }))`,
    { eval: true },
  )
  const waiting = new Map<number, (value: unknown) => void>()
  let last = 0
  echo.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value)
    waiting.delete(id)
  })
  return {
    ask: (): Promise<unknown> =>
      new Promise(resolve => {
        last += 1
        waiting.set(last, resolve)
        echo.postMessage({ id: last, name: 'add', args: [1, 2] })
      }),
    stop: () => echo.terminate(),
  }
}

const warmMs = 1_000
const sampleMs = 500

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

/** In turn, so that what else the machine does meets both: the middle one of several samples. */
const compare = async (atOnce: number, durationMs: number): Promise<Compared> => {
  const echo = startEcho()
  const call: Step = () => run('add', 1, 2)
  await rateOf(echo.ask, atOnce, warmMs)
  await rateOf(call, atOnce, warmMs)
  const messages: number[] = []
  const calls: number[] = []
  for (let spent = 0; spent < durationMs; spent += sampleMs) {
    messages.push(await rateOf(echo.ask, atOnce, sampleMs))
    calls.push(await rateOf(call, atOnce, sampleMs))
  }
  await echo.stop()
  return { calls: median(calls), messages: median(messages) }
}

let isEnding = false
let storm: Promise<number[]> | undefined

const keepBusy = async (): Promise<number> => {
  let done = 0
  while (!isEnding) {
    await run('busy')
    done += 1
  }
  return done
}

const begin = (atOnce: number): void => {
  isEnding = false
  storm = Promise.all(Array.from({ length: atOnce }, keepBusy))
}

const end = async (): Promise<number> => {
  isEnding = true
  return ((await storm) ?? []).reduce((sum, done) => sum + done, 0)
}

const answer = async (question: FunctionQuestion): Promise<unknown> => {
  switch (question.ask) {
    case 'users':
      return made.add(question.count)
    case 'compare':
      return compare(question.atOnce, question.durationMs)
    case 'begin':
      return begin(question.atOnce)
    case 'end':
      return end()
  }
}

process.on('message', (question: FunctionQuestion) => {
  void answer(question).then(said => process.send?.({ said }))
})
process.on('disconnect', () => {
  void server.stop().then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
process.send?.({ port: Number(new URL(server.url).port), clientAppId: server.app.clientAppId })
