import { stringifyEjson, toFunctionResult } from '@regent/protocol'
import { Binary, type Document, Double, Int32 } from 'bson'
import { describe, expect, it } from 'vitest'
import { writeEjson } from '../../src/http/write-ejson.ts'

const list = <Item>(length: number, at: (index: number) => Item): Item[] =>
  Array.from({ length }, (_, n) => at(n))

const values: Record<string, unknown> = {
  'a text': 'short',
  'no value': null,
  'an empty list': [],
  'a long list': list(50_000, n => new Int32(n)),
  'a long list in a document': { _id: new Int32(1), list: list(50_000, n => new Double(n)), z: 1 },
  'a list in a list': [list(5_000, String), [], list(5_000, () => ({ a: [{ b: null }] }))],
  'many fields': Object.fromEntries(
    list(20_000, (n): [string, unknown] => [`f"${n}`, { n, 7: 'x', __proto: [] }]),
  ),
  'fields that are not written': Object.fromEntries(
    list(9_000, (n): [string, unknown] => [`f${n}`, n < 8_000 ? () => n : n]),
  ),
  'long texts and bytes': list(20, () => ['x'.repeat(200_000), new Binary(Buffer.alloc(200_000))]),
}

const parse = async (written: string | Promise<Buffer>): Promise<unknown> =>
  JSON.parse(String(await written))

describe('the text of a result', () => {
  it.each(Object.entries(values))('is the same in parts: %s', async (_, value) => {
    expect(await parse(writeEjson(value))).toEqual(JSON.parse(stringifyEjson(value)))
    const stringify = (part: unknown) => JSON.stringify(toFunctionResult(part))
    expect(await parse(writeEjson(value, stringify))).toEqual(JSON.parse(stringify(value)))
  })

  it('lets others work while one large document is written', async () => {
    const large: Document = { list: list(600_000, n => new Int32(n)) }
    const written = writeEjson(large)
    let turns = 0
    let isWritten = false
    const count = (): void => {
      turns += 1
      if (!isWritten) setImmediate(count)
    }
    setImmediate(count)
    await written
    isWritten = true

    expect(turns).toBeGreaterThan(10)
  })
})
