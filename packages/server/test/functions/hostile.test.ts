import type { TestServer } from '@regent/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, failure, serveFunctions } from './apps.ts'

const sources = {
  ok: 'exports = () => "ok"',
  loop: 'exports = () => { for (;;); }',
  loopAfterWaiting: 'exports = async () => { await new Promise(r => setTimeout(r, 5)); for (;;); }',
  microtasks: 'exports = async () => { for (;;) await null }',
  never: 'exports = () => new Promise(() => {})',
  heap: 'exports = () => { const all = []; for (;;) all.push({ all: all.length }) }',
  oneArray: 'exports = () => { let all = [1, 2, 3]; for (;;) all = all.concat(all) }',
  buffers: 'exports = () => { const all = []; for (;;) all.push(Buffer.alloc(1e7, 1)) }',
  text: 'exports = () => { const all = []; for (;;) all.push(Buffer.alloc(1e6, "x").toString() + all.length) }',
  exit: 'exports = () => process.exit(0)',
  kill: 'exports = () => process.kill(process.pid)',
  abort: 'exports = () => process.abort()',
  child: 'exports = () => require("child_process").execSync("true")',
  childByImport: 'exports = async () => (await import("node:child_process")).execSync("true")',
  thread: 'exports = () => require("node:worker_threads").parentPort.close()',
  throwUndefined: 'exports = () => { throw undefined }',
  throwText: 'exports = () => { throw "no more tea" }',
  throwObject: 'exports = () => { throw { code: 7 } }',
  throwProxy:
    'exports = () => { throw new Proxy({}, { get() { throw new Error("gotcha") }, ownKeys() { throw 1 } }) }',
  rejectNull: 'exports = async () => { throw null }',
  late: 'exports = async () => { setTimeout(() => { throw new Error("too late") }, 1); return new Promise(() => {}) }',
  unhandled:
    'exports = async () => { Promise.reject(new Error("nobody cares")); await new Promise(r => setTimeout(r, 20)); return "here" }',
  leftBehind: 'exports = () => { setInterval(() => { for (;;); }, 1); return "gone" }',
  circular: 'exports = () => { const all = {}; all.self = all; return all }',
  aFunction: 'exports = () => ({ run: { it: () => 1 } })',
  aSymbol: 'exports = () => Symbol("x")',
  aDate: 'exports = () => ({ at: new Date("soon") })',
  aPromise: 'exports = () => ({ later: new Promise(() => {}) })',
  getter: 'exports = () => ({ get mine() { throw new Error("not yours") } })',
  thenable: 'exports = () => ({ then() { throw new Error("then threw") } })',
  huge: 'exports = () => "x".repeat(2 ** 25)',
  hugeList: 'exports = () => new Array(3e6).fill("abcdef")',
  deep: 'exports = () => { let all = {}; for (let i = 0; i < 1e5; i++) all = { all }; return all }',
  recursion: 'exports = function f() { return f() + 1 }',
  executesItself: 'exports = n => context.functions.execute("executesItself", n + 1)',
  flood: 'exports = () => { for (let i = 0; i < 1e5; i++) console.log("line", i); return "ok" }',
  longLines:
    'exports = () => { for (let i = 0; i < 40; i++) console.log("x".repeat(1e6)); return "ok" }',
  stdout:
    'exports = () => { for (let i = 0; i < 1e4; i++) process.stdout.write("line"); return "ok" }',
  pollute: `exports = () => {
    Object.prototype.isAdmin = true; Array.prototype.map = () => "mine"; JSON.parse = () => "mine"
    Promise.prototype.then = () => "mine"; left = 1; globalThis.Error = 5
    Object.defineProperty(Map.prototype, "hidden", { value: 1, configurable: true })
    BSON.ObjectId.prototype.toHexString = () => "mine"
    return "done" }`,
  freeze:
    'exports = () => { Object.defineProperty(Object.prototype, "stays", { value: 1 }); return "done" }',
  look: `exports = () => [({}).isAdmin, [1].map(n => n + 1), JSON.parse("[2]"), typeof left, typeof Error,
    new Map().hidden, ({}).stays, new BSON.ObjectId("65a0c0ffee000000000000aa").toHexString()]`,
  merge: `exports = given => {
    const merge = (to, from) => { for (const key of Object.keys(from)) {
      if (typeof from[key] === "object") merge(to[key] ??= {}, from[key]); else to[key] = from[key] } }
    merge({}, JSON.parse(given)); return "merged" }`,
}

let server: TestServer
let hasty: TestServer
const tokens = new Map<TestServer, string>()
beforeAll(async () => {
  server = await serveFunctions(sources, {}, { functionSeconds: 60 })
  hasty = await serveFunctions(sources, {}, { functionSeconds: 0.4 })
  for (const one of [server, hasty]) {
    const path = `/api/client/v2.0/app/${one.app.clientAppId}/auth/providers/anon-user/login`
    const response = await one.request('POST', path, { json: {} })
    tokens.set(one, ((await response.json()) as { refresh_token: string }).refresh_token)
  }
})
afterAll(() => Promise.all([server.stop(), hasty.stop()]))

/** What the caller of one function sees, while others go on: another call, and a refresh of a session. */
const besides = async (name: string, on = server) => {
  const running = failure(on, name)
  const [other, refreshed] = await Promise.all([
    call(on, 'ok'),
    on.request('POST', '/api/client/v2.0/auth/session', { bearer: tokens.get(on) ?? '' }),
  ])
  expect([other, refreshed.status]).toEqual(['ok', 201])
  const seen = await running
  expect(await call(on, 'ok')).toBe('ok')
  return seen
}

const timedOut = { problem: 'timeout', message: 'the function took longer than 0.4 seconds' }
const tookMemory = { problem: 'crashed', message: 'the function took more than 96 MiB of memory' }

describe('a function that does not end', () => {
  it.each(['loop', 'loopAfterWaiting', 'microtasks', 'never'])(
    'is ended after its time, and nothing else is: %s',
    async name => {
      expect(await besides(name, hasty)).toEqual(timedOut)
    },
  )

  it('leaves no timer behind that runs into the next call', async () => {
    expect(await call(server, 'leftBehind')).toBe('gone')
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(await call(server, 'ok')).toBe('ok')
  })

  it('is ended at its time, not much later', async () => {
    await call(hasty, 'ok')
    const started = performance.now()
    await failure(hasty, 'loop')
    const took = performance.now() - started
    expect(took).toBeGreaterThan(390)
    expect(took).toBeLessThan(1_500)
  })
})

describe('a function that takes memory without end', () => {
  it.each(['heap', 'oneArray', 'buffers', 'text'])(
    'is ended, and nothing else is: %s',
    async name => {
      expect(await besides(name)).toEqual(tookMemory)
    },
  )
})

describe('a function that turns on its process', () => {
  it('ends its thread alone with process.exit', async () => {
    expect(await besides('exit')).toEqual({
      problem: 'crashed',
      message: 'the function ended its thread',
    })
  })

  it.each([
    ['kill', 'process.kill is not available to functions'],
    ['abort', 'process.abort is not available to functions'],
    ['child', "the module 'child_process' is not available to functions"],
    ['childByImport', "the module 'child_process' is not available to functions"],
    ['thread', "the module 'worker_threads' is not available to functions"],
  ])('is refused: %s', async (name, message) => {
    expect(await besides(name)).toEqual({ problem: 'threw', message })
  })
})

describe('what is thrown', () => {
  it.each([
    ['throwUndefined', 'undefined'],
    ['throwText', 'no more tea'],
    ['throwObject', '{"code":7}'],
    ['throwProxy', 'something was thrown that cannot be shown'],
    ['rejectNull', 'null'],
    ['late', 'too late'],
    ['thenable', 'then threw'],
    ['recursion', 'RangeError: Maximum call stack size exceeded'],
    ['executesItself', 'RangeError: Maximum call stack size exceeded'],
  ])('is told, whatever it is: %s', async (name, message) => {
    expect(await besides(name)).toEqual({ problem: 'threw', message })
  })

  it('by what another call left running is told to nobody but the log', async () => {
    const { never } = sources
    const leave = `exports = () => {
      require("node:timers").setTimeout(() => { throw new Error("the card of Ada is 4242") }, 200)
    }`
    await using one = await serveFunctions({ leave, never }, {}, { functionThreads: 1 })
    await call(one, 'leave')

    expect(await failure(one, 'never')).toEqual({
      problem: 'threw',
      message: 'something beside the function threw, and nothing caught it',
    })
    expect(one.logs().at(-1)?.printed).toEqual(['error: uncaught: the card of Ada is 4242'])
  })

  it('a rejection that nobody handles is printed and ends nothing', async () => {
    expect(await call(server, 'unhandled')).toBe('here')
    expect(server.logs().at(-1)?.printed).toEqual(['error: unhandled rejection: nobody cares'])
  })
})

describe('a result that cannot be told', () => {
  it.each([
    ['circular', "'self' of the result is circular"],
    ['aFunction', "'run.it' of the result is a function"],
    ['aSymbol', 'the result is a symbol'],
    ['aDate', "'at' of the result is an invalid date"],
    ['aPromise', "'later' of the result is a promise"],
    ['getter', 'not yours'],
    ['huge', 'the result is larger than 16 MiB'],
    ['hugeList', 'the result is larger than 16 MiB'],
    ['deep', 'the result is nested too deeply'],
  ])('is refused in words: %s', async (name, message) => {
    expect(await besides(name)).toEqual({ problem: 'result', message })
  })
})

describe('a flood of output', () => {
  it('keeps the last 25 lines', async () => {
    expect(await call(server, 'flood')).toBe('ok')
    const printed = server.logs().at(-1)?.printed as string[]
    expect(printed).toHaveLength(25)
    expect([printed[0], printed[24]]).toEqual(['line 99975', 'line 99999'])
  })

  it('keeps 512 bytes of a line', async () => {
    expect(await call(server, 'longLines')).toBe('ok')
    const printed = server.logs().at(-1)?.printed as string[]
    expect(new Set(printed)).toEqual(new Set(['x'.repeat(512)]))
  })

  it('reaches the log alone when it goes to standard output', async () => {
    expect(await call(server, 'stdout')).toBe('ok')
    expect(server.logs().at(-1)?.printed).toHaveLength(25)
  })
})

describe('what a call changes in JavaScript itself', () => {
  const untouched = [
    null,
    [2],
    [2],
    'undefined',
    'function',
    null,
    null,
    '65a0c0ffee000000000000aa',
  ]

  it.each(['pollute', 'freeze'])('is not there in the next call: %s', async name => {
    expect(await call(server, name)).toBe('done')
    expect(await call(server, 'look')).toEqual(untouched)
  })

  it('nor what a careless merge of its input changes', async () => {
    expect(await call(server, 'merge', '{"__proto__":{"isAdmin":true}}')).toBe('merged')
    expect(await call(server, 'look')).toEqual(untouched)
  })
})
