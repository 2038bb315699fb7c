import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { call, failure, serveFunctions } from './apps.ts'

const limits = new URL('../../src/functions/worker/builtin-limits.ts', import.meta.url)

/** What each text gives, or throws, in a thread where a buffer may have 1,000 bytes. */
const evaluate = async (texts: readonly string[]): Promise<unknown[]> => {
  const source = `
    const { parentPort } = require('node:worker_threads')
    const tell = text => { try { return (0, eval)(text) } catch (error) { return String(error) } }
    import(${JSON.stringify(limits.href)}).then(({ limitBuiltins }) => {
      limitBuiltins(1_000)
      parentPort.postMessage(${JSON.stringify(texts)}.map(tell))
    })`
  const worker = new Worker(source, { eval: true })
  const [said] = await once(worker, 'message')
  await worker.terminate()
  return said
}

describe('what V8 cannot survive', () => {
  it('is refused in the words in which V8 refuses other sizes', async () => {
    expect(
      await evaluate([
        'new Array(1e9).fill(0)',
        '{ const list = []; list[5e8] = 1; list.fill(0) }',
        '"x".repeat(2 ** 28).split("")',
        'new Uint8Array(1_001).fill(1)',
        'new Float64Array(1_000).fill(1)',
        'Buffer.alloc(1_001, 1)',
      ]),
    ).toEqual([
      'RangeError: Invalid array length',
      'RangeError: Invalid array length',
      'RangeError: Invalid array length',
      'RangeError: Array buffer allocation failed',
      'RangeError: Array buffer allocation failed',
      'RangeError: Array buffer allocation failed',
    ])
  })

  it('ends neither the server nor the thread of a function that a client gave a number', async () => {
    await using server = await serveFunctions({
      fill: 'exports = n => new Array(n).fill(0).length',
    })

    expect(await failure(server, 'fill', 1e9)).toEqual({
      problem: 'threw',
      message: 'RangeError: Invalid array length',
    })
    expect(await call(server, 'fill', 1_000)).toBe(1_000)
  })

  it('is all that is refused: the methods do, and look, as they did', async () => {
    expect(
      await evaluate([
        'new Array(3).fill(7, 1, 2)',
        'Array.prototype.fill.call({ length: 1 }, 7)',
        '"a,b,c".split(",", 2)',
        'String.prototype.split.call(12, "")',
        'String.prototype.split.call(null, "")',
        '[...new Uint8Array(2).fill(5)]',
        'Uint8Array.prototype.fill.call([], 5)',
        'Buffer.alloc(2, "x").toString()',
        'Buffer.alloc("2")',
        '[Array.prototype.fill.name, "".split.length, Object.keys(Array.prototype).length]',
      ]),
    ).toEqual([
      [undefined, 7, undefined],
      { 0: 7, length: 1 },
      ['a', 'b'],
      ['1', '2'],
      'TypeError: String.prototype.split called on null or undefined',
      [5, 5],
      'TypeError: this is not a typed array.',
      'xx',
      expect.stringContaining('ERR_INVALID_ARG_TYPE'),
      ['fill', 2, 0],
    ])
  })
})
