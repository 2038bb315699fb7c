import { DBRef, Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { toBytes } from '../../../src/documents/embedded/values/bytes.ts'
import { isSameStored } from '../../../src/documents/embedded/values/same.ts'

const id = new ObjectId()
const make = (): unknown[] => [
  ...[null, undefined, true, false, 0, -0, 1, 1.5, Number.NaN, '', 'a', 'b'],
  ...[new Int32(1), new Int32(2), new Double(1), new Double(-0), Long.fromNumber(1)],
  ...[Decimal128.fromString('1'), Decimal128.fromString('1.0'), new Date(0), new Date(1)],
  ...[id.toHexString(), new ObjectId(id.toHexString()), new ObjectId(), /a/, /a/i, Buffer.of(1)],
  ...[[], [1], [[1]], [1, 2], [null], {}, { a: 1 }, { a: { b: [1] } }, { a: 1, b: 2 }],
  ...[{ b: 2, a: 1 }, { 0: 1 }, { $ref: 'a', $id: 1 }, new DBRef('a', 1 as never)],
]

describe('two values', () => {
  it('are the same when they are stored as the same bytes', () => {
    const others = make()
    for (const left of make()) {
      for (const right of others) {
        const isSame = Buffer.compare(toBytes({ left }), toBytes({ left: right })) === 0
        expect(isSameStored({ left }, { left: right }), String([left, right])).toBe(isSame)
        expect(isSameStored([0, left], [0, right])).toBe(isSame)
      }
    }
  })

  it('are told apart at their first difference, however large they are', () => {
    const large = Array.from({ length: 2_000_000 }, () => 'x'.repeat(10))

    expect(isSameStored({ large, a: 1 }, { large, a: 2 })).toBe(false)
    expect(isSameStored(large, ['y', ...large.slice(1)])).toBe(false)
  })
})
