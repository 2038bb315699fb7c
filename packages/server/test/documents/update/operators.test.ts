import { Decimal128, type Document, Double, Int32, Long, Timestamp } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Update } from '../../../src/documents/documents.ts'
import { exactly, updated } from './evaluate.ts'

type Row = readonly [before: Document, update: Update, after: Document]

const expectAll = (rows: readonly Row[]): void => {
  const got = rows.map(([before, update]) => `${exactly(update)} -> ${updated(before, update)}`)
  expect(got).toEqual(rows.map(([, update, after]) => `${exactly(update)} -> ${exactly(after)}`))
}

const expectRefused = (rows: readonly (readonly [Document, Update, string])[]): void => {
  for (const [before, update, message] of rows) {
    expect(() => updated(before, update)).toThrow(message)
  }
}

const largest = Long.fromString('9223372036854775807')

describe('update operators', () => {
  it('calculate in the type that MongoDB gives', () => {
    expectAll([
      [{ n: 1 }, { $inc: { n: 2.5 } }, { n: new Double(3.5) }],
      [{ n: new Double(1) }, { $inc: { n: 1 } }, { n: new Double(2) }],
      [
        { n: Decimal128.fromString('0.1') },
        { $inc: { n: 1 } },
        { n: Decimal128.fromString('1.1') },
      ],
      [{ n: 2147483647 }, { $inc: { n: 1 } }, { n: Long.fromNumber(2147483648) }],
      [{}, { $inc: { 'a.b': Long.fromNumber(1) } }, { a: { b: Long.fromNumber(1) } }],
      [{ n: 3 }, { $mul: { n: 4 } }, { n: 12 }],
      [{}, { $mul: { n: Long.fromNumber(4) } }, { n: Long.fromNumber(0) }],
      [{}, { $mul: { n: 2.5 } }, { n: new Double(0) }],
      [{ n: 5 }, { $bit: { n: { or: Long.fromNumber(8) } } }, { n: Long.fromNumber(13) }],
      [{ n: 5 }, { $max: { n: 'text' } }, { n: 'text' }],
      [
        { n: 5 },
        { $min: { n: Decimal128.fromString('4.9') } },
        { n: Decimal128.fromString('4.9') },
      ],
      [{ n: 5 }, { $max: { n: new Double(5) } }, { n: 5 }],
    ])
    expectRefused([
      [{ n: largest }, { $inc: { n: 1 } }, 'Failed to apply $inc operations to current value'],
      [{ n: largest }, { $mul: { n: 2 } }, 'Failed to apply $mul operations'],
      [{ n: 1 }, { $inc: { n: 'x' } }, 'Cannot increment with non-numeric argument: {n: "x"}'],
      [
        { _id: 1, n: [] },
        { $inc: { n: 1 } },
        "{_id: 1} has the field 'n' of non-numeric type array",
      ],
      [
        { n: 1.5 },
        { $bit: { n: { and: 1 } } },
        'Cannot apply $bit to a value of non-integral type',
      ],
      [{ n: 1 }, { $bit: { n: { nand: 1 } } }, "only supports 'and', 'or', and 'xor', not 'nand'"],
    ])
  })

  it('add whole numbers exactly, or refuse', () => {
    const longs = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        const update = { $inc: { n: Long.fromBigInt(b) } }
        const run = (): string => updated({ n: Long.fromBigInt(a) }, update)
        if (BigInt.asIntN(64, a + b) === a + b)
          expect(run()).toBe(`{"n":{"$numberLong":"${a + b}"}}`)
        else expect(run).toThrow('Failed to apply $inc')
      }),
    )
  })

  it('set, unset and rename along paths', () => {
    expectAll([
      [{ a: [{ b: 1 }] }, { $set: { 'a.0.b': 2, 'a.2.c': 1 } }, { a: [{ b: 2 }, null, { c: 1 }] }],
      [{}, { $set: { 'a.0': 1 } }, { a: { '0': 1 } }],
      [
        { z: 1 },
        { $set: { 'm.10': 1, 'm.9': 1, b: 1, z: 2 } },
        { z: 2, b: 1, m: { '9': 1, '10': 1 } },
      ],
      [{ a: { b: 1, c: 2 } }, { $unset: { 'a.b': '', 'x.y.z': '' } }, { a: { c: 2 } }],
      [{ a: 5 }, { $unset: { 'a.b': '' } }, { a: 5 }],
      [{ a: 1, b: 2 }, { $rename: { a: 'b' } }, { b: 1 }],
      [{ a: 1 }, { $rename: { a: 'x.y', none: 'q' } }, { x: { y: 1 } }],
      [{ q: 1 }, { $rename: { none: 'q' } }, { q: 1 }],
      [
        {},
        { $currentDate: { a: true, b: { $type: 'timestamp' } } },
        { a: new Date(1000), b: new Timestamp({ t: 1, i: 1 }) },
      ],
      [{}, { $setOnInsert: { a: 1 } }, {}],
    ])
    expect(updated({}, { $setOnInsert: { a: 1 } }, { isInsert: true })).toBe(
      '{"a":{"$numberInt":"1"}}',
    )
    expectRefused([
      [{ a: null }, { $set: { 'a.b': 1 } }, "Cannot create field 'b' in element {a: null}"],
      [{ a: [1] }, { $set: { 'a.b': 1 } }, "Cannot create field 'b' in element {a: [ 1 ]}"],
      [{ a: [] }, { $set: { 'a.1600000': 1 } }, "can't backfill more than"],
      [{}, { $set: { '': 1 } }, 'An empty update path is not valid'],
      [{}, { $set: { 'a..b': 1 } }, "The update path 'a..b' contains an empty field name"],
      [{}, { $set: { 'a.$b': 1 } }, "The dollar ($) prefixed field '$b' in 'a.$b' is not valid"],
      [{}, { $set: 5 }, 'Modifiers operate on fields but we found type int instead'],
      [{}, { $rename: { a: 'a' } }, 'The source and target field for $rename must differ'],
      [
        { a: [{ b: 1 }] },
        { $rename: { 'a.b': 'c' } },
        'The source field cannot be an array element',
      ],
      [
        {},
        { $set: { 'a.b': 1, 'a.b.c': 1 } },
        "Updating the path 'a.b.c' would create a conflict at 'a.b'",
      ],
      [
        {},
        { $rename: { a: 'b' }, $set: { b: 1 } },
        "Updating the path 'b' would create a conflict at 'b'",
      ],
      [{}, { $set: { a: 1 }, b: 1 }, 'Unknown modifier: b'],
      [{}, { $currentDate: { a: 1 } }, 'int is not valid type for $currentDate'],
    ])
  })

  it('add to arrays and take from them', () => {
    const each = (values: unknown[], more: Document = {}): Update => ({
      $push: { a: { $each: values, ...more } },
    })
    expectAll([
      [{ a: [1, 2] }, each([3], { $position: -1 }), { a: [1, 3, 2] }],
      [{ a: [5, 1] }, each([3], { $sort: -1, $slice: 2 }), { a: [5, 3] }],
      [{ a: [5, 1] }, each([3], { $sort: 1, $slice: -2 }), { a: [3, 5] }],
      [{ a: [{ k: 2 }] }, each([{ k: 1 }], { $sort: { k: 1 } }), { a: [{ k: 1 }, { k: 2 }] }],
      [{}, each([]), { a: [] }],
      [{ a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 2] }],
      [{}, { $addToSet: { a: [1] } }, { a: [[1]] }],
      [{ a: [1, 2] }, { $pop: { a: -1 } }, { a: [2] }],
      [{ a: [1, 2] }, { $pop: { a: 1 } }, { a: [1] }],
      [{}, { $pop: { a: 1 } }, {}],
      [
        { a: [{ x: 1, y: 1 }, { x: 2 }, 1] },
        { $pull: { a: { x: { $lt: 2 } } } },
        { a: [{ x: 2 }, 1] },
      ],
      [{ a: ['ab', 'b', 1] }, { $pull: { a: /^a/ } }, { a: ['b', 1] }],
      [{ a: [[1, 2], 1] }, { $pull: { a: [1, 2] } }, { a: [1] }],
      [{ a: [1, 2, 3] }, { $pull: { a: { $in: [1, 3] } } }, { a: [2] }],
      [{ a: [1, null] }, { $pull: { a: null } }, { a: [1] }],
    ])
    expectRefused([
      [
        { _id: 1, a: 5 },
        { $push: { a: 1 } },
        "The field 'a' must be an array but is of type int in document {_id: 1}",
      ],
      [{ a: 5 }, { $addToSet: { a: 1 } }, "Field named 'a' has non-array type int"],
      [{ a: 5 }, { $pop: { a: 1 } }, "Path 'a' contains an element of non-array type 'int'"],
      [{ a: 5 }, { $pull: { a: 1 } }, 'Cannot apply $pull to a non-array value'],
      [{ a: [] }, { $pop: { a: 2 } }, '$pop expects 1 or -1, found: 2'],
      [
        { a: [] },
        { $pullAll: { a: 1 } },
        '$pullAll requires an array argument but was given a int',
      ],
      [{ a: [] }, each([1], { $foo: 1 }), 'Unrecognized clause in $push: $foo'],
      [{ a: [] }, each([1], { $slice: 1.5 }), 'The value for $slice must be an integer'],
      [
        { a: [] },
        { $push: { a: { $each: 5 } } },
        'The argument to $each in $push must be an array',
      ],
    ])
  })

  it('never change the document that they are given', () => {
    const update = fc.constantFrom<Document>(
      { $set: { 'a.b': 9, 'l.0.x': 9 } },
      { $unset: { a: '', 'l.0': '' } },
      { $push: { l: { $each: [1], $sort: 1 } } },
      { $pull: { l: { x: { $gte: 0 } } } },
      { $rename: { a: 'q' } },
      { $inc: { 'l.$[].x': 1 } },
    )
    const element = fc.record({ x: fc.integer({ min: -9, max: 9 }).map(x => new Int32(x)) })
    const document = fc.record({
      _id: fc.integer(),
      a: element,
      l: fc.array(element, { maxLength: 4 }),
    })
    fc.assert(
      fc.property(document, update, (before, change) => {
        const text = exactly(before)
        updated(before, change)
        expect(exactly(before)).toBe(text)
      }),
    )
  })
})
