import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { describe, expect, it } from 'vitest'
import type { AppFunction } from '../../src/domain/function.ts'
import { call, failure, person, serveFunctions } from './apps.ts'

describe('a call', () => {
  it('gives what the function returns, async or not', async () => {
    await using server = await serveFunctions({
      plain: 'exports = (a, b) => a + b',
      later: 'exports = async function (a, b) { await null; return a + b }',
      waits: 'exports = async (a, b) => { await new Promise(r => setTimeout(r, 5)); return a + b }',
      byName: 'exports.sum = (a, b) => a + b',
      module: 'module.exports = (a, b) => a + b',
      strict: '"use strict"\nexports = (a, b) => a + b',
      declares: 'const console = 1, BSON = 2\nlet module = 3\nexports = (a, b) => a + b',
    })
    const names = ['plain', 'later', 'waits', 'byName', 'module', 'strict', 'declares']

    const sums = await Promise.all(names.map(name => call(server, name, 19, 23)))

    expect(sums).toEqual([42, 42, 42, 42, 42, 42, 42])
  })

  it('sees arguments as JavaScript has them', async () => {
    await using server = await serveFunctions({
      sum: 'exports = (...all) => all.reduce((a, b) => a + b)',
      kinds: `exports = (...all) => all.map(one =>
        one === null ? 'null' : typeof one === 'object' ? one._bsontype ?? one.constructor.name : typeof one)`,
    })

    const numbers = [Long.fromNumber(1), new Int32(2), new Double(3.5), 4]
    expect(await call(server, 'sum', ...numbers)).toBe(10.5)
    expect(
      await call(
        server,
        'kinds',
        Long.fromString('9007199254740993'),
        new Date(0),
        new ObjectId(),
        new Binary(Buffer.from('x')),
        Decimal128.fromString('1.10'),
        { a: 1 },
        [1],
        null,
        undefined,
      ),
    ).toEqual([
      'Long',
      'Date',
      'ObjectId',
      'Binary',
      'Decimal128',
      'Object',
      'Array',
      'null',
      'null',
    ])
  })

  it('gives back every kind of BSON value as it was', async () => {
    await using server = await serveFunctions({ echo: 'exports = value => value' })
    const values = {
      int: 15,
      big: Long.fromString('9007199254740993'),
      double: 1.5,
      text: 'Grüße 🌍',
      yes: true,
      nothing: null,
      date: new Date(1_700_000_000_000),
      id: new ObjectId('65a0c0ffee000000000000aa'),
      bytes: new Binary(Buffer.from([0, 255])),
      decimal: Decimal128.fromString('1.10'),
      time: new Timestamp({ t: 1, i: 2 }),
      least: new MinKey(),
      most: new MaxKey(),
      pattern: /^a/i,
      list: [1, [2, { deep: 'er' }]],
    }

    expect(await call(server, 'echo', values)).toEqual(values)
    for (const value of [15, 'text', true, null, 1.5]) {
      expect(await call(server, 'echo', value)).toBe(value)
    }
    const pattern = await call(server, 'echo', new BSONRegExp('^a', 'i'))
    expect(pattern).toEqual(/^a/i)
    expect(await call(server, 'echo')).toBeUndefined()
  })

  it('cannot see the variables of another', async () => {
    await using server = await serveFunctions({
      count: 'let count = 0\nexports = () => ++count',
      leak: 'exports = () => { left = (typeof left === "number" ? left : 0) + 1; return left }',
    })

    expect(await Promise.all([call(server, 'count'), call(server, 'count')])).toEqual([1, 1])
    expect([await call(server, 'leak'), await call(server, 'leak')]).toEqual([1, 1])
  })

  it('of a function that is not there says so', async () => {
    await using server = await serveFunctions({ one: 'exports = () => 1' })
    const [one] = server.app.functions
    const broken = { ...one, source: 'exports = () => {\n  return 1 +* 2\n}' } as AppFunction
    const app = { ...server.app, functions: [broken], deployedAt: 1 }

    expect(await failure(server, 'nowhere')).toEqual({
      problem: 'unknown',
      message: "function not found: 'nowhere'",
    })
    expect(await failure(server, 'toString')).toMatchObject({ problem: 'unknown' })
    expect(await failure({ ...server, app }, 'one')).toEqual({
      problem: 'threw',
      message: "SyntaxError: Unexpected token '*'",
    })
  })

  it('refuses arguments of more than 16 MiB', async () => {
    await using server = await serveFunctions({ size: 'exports = text => text.length' })

    expect(await call(server, 'size', 'x'.repeat(2 ** 23))).toBe(2 ** 23)
    for (const large of ['ü'.repeat(2 ** 23 + 1), ['x'.repeat(2 ** 25)]]) {
      expect(await failure(server, 'size', large)).toEqual({
        problem: 'threw',
        message: 'the list of arguments is larger than 16 MiB',
      })
    }
  })

  it('runs the new version as soon as the app is deployed again', async () => {
    await using server = await serveFunctions({ version: 'exports = () => 1' })
    expect(await call(server, 'version')).toBe(1)
    const [one] = server.app.functions

    const app = {
      ...server.app,
      digest: 'another',
      functions: [{ ...one, source: 'exports = () => 2' } as NonNullable<typeof one>],
    }

    expect(await call({ ...server, app }, 'version')).toBe(2)
  })
})

describe('many calls', () => {
  it('all get their own answer', async () => {
    await using server = await serveFunctions({
      mix: `exports = async n => {
        if (n % 3 === 0) await new Promise(r => setTimeout(r, n % 7))
        if (n % 5 === 0) for (let i = 0; i < 1e5; i++) Math.sqrt(i)
        return n }`,
    })
    const numbers = Array.from({ length: 300 }, (_, index) => index)

    expect(await Promise.all(numbers.map(n => call(server, 'mix', n)))).toEqual(numbers)
  })

  it('that wait for something do not keep those from running that compute', async () => {
    await using server = await serveFunctions(
      { never: 'exports = () => new Promise(() => {})', quick: 'exports = () => "quick"' },
      {},
      { functionThreads: 1, functionSeconds: 60 },
    )
    const waiting = Array.from({ length: 5 }, () => failure(server, 'never'))

    expect(await call(server, 'quick')).toBe('quick')
    await server.stop()
    await Promise.all(waiting)
  })

  it('that compute for long do not keep others from running', async () => {
    await using server = await serveFunctions(
      { loop: 'exports = () => { for (;;); }', quick: 'exports = () => "quick"' },
      {},
      { functionThreads: 1, functionSeconds: 60 },
    )
    const looping = Array.from({ length: 2 }, () => failure(server, 'loop'))

    expect(await call(server, 'quick')).toBe('quick')
    await server.stop()
    await Promise.all(looping)
  })

  it('that would wait behind a thousand others are refused at once', async () => {
    await using server = await serveFunctions(
      { never: 'exports = () => new Promise(() => {})' },
      {},
      { functionThreads: 1, functionSeconds: 60 },
    )
    const problems: string[] = []
    const all = Array.from({ length: 1_100 }, async () => {
      const { problem } = await failure(server, 'never')
      problems.push(problem)
    })
    await expect.poll(() => problems.length).toBeGreaterThanOrEqual(60)

    expect(new Set(problems)).toEqual(new Set(['overloaded']))
    await server.stop()
    await Promise.all(all)
    expect(problems.filter(problem => problem === 'crashed').length).toBeGreaterThanOrEqual(1_000)
  })

  it('under way end when the server stops', async () => {
    await using server = await serveFunctions({
      ready: 'exports = () => 1',
      never: 'exports = () => new Promise(() => {})',
    })
    await call(server, 'ready')
    const under = failure(server, 'never')
    await new Promise(resolve => setTimeout(resolve, 50))
    await server.stop()

    expect(await under).toEqual({ problem: 'crashed', message: 'the server stopped' })
  })
})

describe('the log', () => {
  it('tells who called what, what it printed and how it ended, and no arguments', async () => {
    await using server = await serveFunctions({
      greet:
        'exports = name => { console.log("greeting", { n: 1 }); console.error("oh"); throw new TypeError("no") }',
    })
    const { deps, app } = server
    const asked = { name: 'greet', args: ['hush'], caller: person, requestId: 'r-1' }
    await deps.functions.run(app, asked).catch(() => {})

    expect(server.logs().at(-1)).toMatchObject({
      msg: 'function failed',
      app: app.clientAppId,
      function: 'greet',
      user: person.id,
      requestId: 'r-1',
      problem: 'threw',
      error: 'TypeError: no',
      printed: ['greeting { n: 1 }', 'error: oh'],
      stack: expect.stringMatching(
        /^TypeError: no\n {4}at exports \(functions\/greet\.js:1:\d+\)$/,
      ),
    })
    expect(JSON.stringify(server.logs())).not.toContain('hush')
  })
})
