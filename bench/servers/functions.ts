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
  /** Calls a small function, so many at a time; answers calls a second. */
  | { readonly ask: 'calls'; readonly atOnce: number; readonly durationMs: number }
  /** Sends as many messages to a thread that only answers; answers round trips a second. */
  | { readonly ask: 'messages'; readonly atOnce: number; readonly durationMs: number }
  /** Begins calling functions that compute without a pause; answers at once. */
  | { readonly ask: 'begin'; readonly atOnce: number }
  /** Lets them end; answers how many calls came to their end. */
  | { readonly ask: 'end' }

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

/** How often a second `step` comes to its end, when so many are always under way. The first second does not count. */
const rateOf = async (
  step: () => Promise<unknown>,
  { atOnce, durationMs }: { readonly atOnce: number; readonly durationMs: number },
): Promise<number> => {
  let done = 0
  const from = performance.now() + 1_000
  const over = from + durationMs
  const repeat = async (): Promise<void> => {
    while (performance.now() < over) {
      await step()
      if (performance.now() >= from) done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, repeat))
  return done / (durationMs / 1_000)
}

const timeMessages = async (asked: {
  readonly atOnce: number
  readonly durationMs: number
}): Promise<number> => {
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
  const rate = await rateOf(
    () =>
      new Promise(resolve => {
        last += 1
        waiting.set(last, resolve)
        echo.postMessage({ id: last, name: 'add', args: [1, 2] })
      }),
    asked,
  )
  await echo.terminate()
  return rate
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
    case 'calls':
      return rateOf(() => run('add', 1, 2), question)
    case 'messages':
      return timeMessages(question)
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
