import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../../src/documents/embedded/query/matcher.ts'
import { DocumentsError } from '../../../src/documents/error.ts'
import { finds, idsOf, stored } from './find.ts'

const docs = (...values: unknown[]) => values.map((a, index) => ({ _id: index + 1, a }))

const refusal = (filter: Record<string, unknown>): string => {
  try {
    compileFilter(filter)
  } catch (error) {
    if (error instanceof DocumentsError) return `${error.codeName}: ${error.message}`
  }
  return 'accepted'
}

describe('paths', () => {
  it('go through arrays of documents but not through arrays inside of arrays', () => {
    const documents = docs([{ b: 1 }], [[{ b: 1 }]], { b: [1, 2] }, { b: 2 })

    expect(idsOf(documents, { 'a.b': 1 })).toEqual([1, 3])
    expect(idsOf(documents, { 'a.0.b': 1 })).toEqual([1, 2])
  })

  it('name an element by its index, and a field that is called like one', () => {
    const documents = docs([5, 7], { 1: 7 }, [{ 1: 7 }], [7], [5, [7]])

    expect(idsOf(documents, { 'a.1': 7 })).toEqual([1, 2, 3])
    expect(idsOf(documents, { 'a.01': 7 })).toEqual([])
  })

  it('find null where a document lacks the field, not where an array holds no documents', () => {
    const documents = docs({ b: 1 }, {}, 5, [], [1, 2], [{ b: 1 }, {}], null)

    expect(idsOf(documents, { 'a.b': null })).toEqual([2, 3, 6, 7])
    expect(idsOf(documents, { 'a.b': { $exists: false } })).toEqual([2, 3, 4, 5, 7])
  })

  it('do not see what only the prototype of objects has', () => {
    expect(finds({ constructor: { $exists: true } }, {})).toBe(false)
    expect(finds({ 'a.toString': { $exists: true } }, { a: {} })).toBe(false)
    expect(finds({ toString: 1 }, { toString: 1 })).toBe(true)
    const odd = JSON.parse('{"__proto__": {"x": 1}}')
    expect(finds(JSON.parse('{"__proto__.x": 1}'), odd)).toBe(true)
    expect(finds({ x: 1 }, odd)).toBe(false)
  })
})

describe('comparison operators', () => {
  it('compare only values of the same type', () => {
    const documents = docs(1, '1', null, new Date(1), true, [0, 3], { x: 1 })

    expect(idsOf(documents, { a: { $gt: 0 } })).toEqual([1, 6])
    expect(idsOf(documents, { a: { $lt: 'z' } })).toEqual([2])
    expect(idsOf(documents, { a: { $gte: null } })).toEqual([3])
    expect(idsOf(documents, { a: { $gt: null } })).toEqual([])
  })

  it('see MinKey below and MaxKey above every other value', () => {
    const documents = docs(1, 'x', new MinKey(), new MaxKey())

    expect(idsOf(documents, { a: { $gt: new MinKey() } })).toEqual([1, 2, 4])
    expect(idsOf(documents, { a: { $lt: new MaxKey() } })).toEqual([1, 2, 3])
    expect(idsOf(documents, { a: new MinKey() })).toEqual([3])
  })

  it('put NaN in no range but its own', () => {
    const documents = docs(new Double(Number.NaN), Decimal128.fromString('NaN'), 0)

    expect(idsOf(documents, { a: Number.NaN })).toEqual([1, 2])
    expect(idsOf(documents, { a: { $lte: Number.NaN } })).toEqual([1, 2])
    expect(idsOf(documents, { a: { $lt: 5 } })).toEqual([3])
    expect(idsOf(documents, { a: { $lt: Number.NaN } })).toEqual([])
  })

  it('compare numbers of all types by exact value', () => {
    const documents = docs(
      Long.fromString('9007199254740993'),
      new Double(9007199254740992),
      Decimal128.fromString('0.1'),
      new Double(0.1),
      new Double(-0),
    )

    expect(idsOf(documents, { a: { $gt: 9007199254740992 } })).toEqual([1])
    expect(idsOf(documents, { a: 9007199254740993n })).toEqual([1])
    expect(idsOf(documents, { a: { $lt: new Double(0.1), $gt: 0 } })).toEqual([3])
    expect(idsOf(documents, { a: new Int32(0) })).toEqual([5])
  })

  it('let different elements of an array meet the two ends of a range', () => {
    const documents = docs([1, 10], [5], [1])

    expect(idsOf(documents, { a: { $gt: 3, $lt: 7 } })).toEqual([1, 2])
    expect(idsOf(documents, { a: { $elemMatch: { $gt: 3, $lt: 7 } } })).toEqual([2])
  })

  it('compare an array as a whole and by its elements', () => {
    const documents = docs([1, 2], [[1, 2], 3], [2, 1], [])

    expect(idsOf(documents, { a: [1, 2] })).toEqual([1, 2])
    expect(idsOf(documents, { a: [] })).toEqual([4])
    expect(idsOf(documents, { a: { $ne: 1 } })).toEqual([2, 4])
  })

  it('take $in lists of mixed types, with null for missing and with expressions', () => {
    const documents = [...docs('ab', 5, null, new ObjectId('64b7f0c2a1b2c3d4e5f60718')), { _id: 9 }]

    expect(idsOf(documents, { a: { $in: [5, null] } })).toEqual([2, 3, 9])
    expect(idsOf(documents, { a: { $in: [/^a/, 5n] } })).toEqual([1, 2])
    expect(idsOf(documents, { a: { $nin: [null, 'ab'] } })).toEqual([2, 4])
    expect(idsOf(documents, { a: { $in: [] } })).toEqual([])
  })
})

describe('array operators', () => {
  it('count elements', () => {
    const documents = docs([], [1], [[1, 2]], 'x')

    expect(idsOf(documents, { a: { $size: 1 } })).toEqual([2, 3])
    expect(idsOf(documents, { a: { $size: new Long(0) } })).toEqual([1])
  })

  it('take $elemMatch on documents, on values and on nested arrays', () => {
    const documents = docs([{ x: 1 }, { x: 2, y: 1 }], [[1, 9]], [5], { x: 2, y: 1 })

    expect(idsOf(documents, { a: { $elemMatch: { x: 2, y: 1 } } })).toEqual([1])
    expect(idsOf(documents, { a: { $elemMatch: { $elemMatch: { $gt: 8 } } } })).toEqual([2])
    expect(idsOf(documents, { a: { $elemMatch: { 0: 1 } } })).toEqual([2])
    expect(idsOf(documents, { a: { $elemMatch: { $or: [{ x: 1 }, { x: 7 }] } } })).toEqual([1])
    expect(idsOf(documents, { a: { $elemMatch: { $not: { $gt: 8 } } } })).toEqual([1, 2, 3])
    expect(idsOf(documents, { a: { $not: { $elemMatch: { x: 2 } } } })).toEqual([2, 3, 4])
  })

  it('take $all with values, arrays and expressions', () => {
    const documents = docs(['ab', 1], ['ab'], [[1, 2]], 'ab')

    expect(idsOf(documents, { a: { $all: [/^a/, 1] } })).toEqual([1])
    expect(idsOf(documents, { a: { $all: ['ab'] } })).toEqual([1, 2, 4])
    expect(idsOf(documents, { a: { $all: [[1, 2]] } })).toEqual([3])
  })
})

describe('types and bits', () => {
  it('name types by alias, number and list', () => {
    const documents = docs(1, new Double(1), new Long(1), 'x', null, [1], [], new Binary())

    expect(idsOf(documents, { a: { $type: 'number' } })).toEqual([1, 2, 3, 6])
    expect(idsOf(documents, { a: { $type: ['string', 10] } })).toEqual([4, 5])
    expect(idsOf(documents, { a: { $type: 'array' } })).toEqual([6, 7])
    expect(idsOf(documents, { a: { $type: 5 } })).toEqual([8])
    expect(idsOf(documents, { b: { $type: 'undefined' } })).toEqual([])
  })

  it('test bits of numbers and of binary data', () => {
    const documents = docs(5, -1, 5.5, new Binary(Buffer.from([0, 1])), Long.MIN_VALUE, '5')

    expect(idsOf(documents, { a: { $bitsAllSet: [0, 2] } })).toEqual([1, 2])
    expect(idsOf(documents, { a: { $bitsAnySet: [8, 63] } })).toEqual([2, 4, 5])
    expect(idsOf(documents, { a: { $bitsAllClear: [1, 200] } })).toEqual([1, 4])
    expect(idsOf(documents, { a: { $bitsAnyClear: new Binary(Buffer.from([3])) } })).toEqual([
      1, 4, 5,
    ])
  })

  it('take the remainder of whole parts, with the sign of the dividend', () => {
    const documents = docs(-5, -5.9, 9, Long.fromString('9007199254740993'), Number.NaN, Infinity)

    expect(idsOf(documents, { a: { $mod: [4, -1] } })).toEqual([1, 2])
    expect(idsOf(documents, { a: { $mod: [4.9, 1] } })).toEqual([3, 4])
  })
})

describe('logical operators', () => {
  it('negate whole conditions, so that a missing field meets a negated one', () => {
    const documents = [...docs(1, 9), { _id: 3 }]

    expect(idsOf(documents, { a: { $not: { $gt: 0, $lt: 5 } } })).toEqual([2, 3])
    expect(idsOf(documents, { $nor: [{ a: 1 }, { a: { $exists: false } }] })).toEqual([2])
    expect(idsOf(documents, { $and: [{ a: { $gt: 0 } }, { $or: [{ a: 9 }] }] })).toEqual([2])
    expect(idsOf(documents, { $comment: 'why', a: { $gt: 5, $comment: 'so' } })).toEqual([2])
  })

  it('evaluate expressions, with variables when given', () => {
    const matcher = compileFilter({ $expr: { $eq: ['$a', '$$wanted'] } })

    expect(matcher.matches(stored({ a: 5 }), { wanted: 5 })).toBe(true)
    expect(matcher.matches(stored({ a: 5 }), { wanted: 6 })).toBe(false)
    expect(finds({ $expr: '$a' }, { a: 0 })).toBe(false)
    expect(finds({ $nor: [{ $expr: '$a' }] }, { a: 0 })).toBe(true)
  })
})

describe('position', () => {
  const position = (filter: Record<string, unknown>, document: Record<string, unknown>) =>
    compileFilter(filter).position(stored(document))

  it('is the index in the outermost array walked through', () => {
    expect(position({ 'a.b': 2 }, { a: [{ b: 1 }, { b: [0, 2] }] })).toBe(1)
    expect(position({ a: { $elemMatch: { x: 2 } } }, { a: [{ x: 1 }, { x: 2 }] })).toBe(1)
    expect(position({ 'a.1.b': 5 }, { a: [{}, { b: [4, 5] }] })).toBe(1)
    expect(position({ _id: 1, a: { $gte: 7 } }, { _id: 1, a: [1, 8] })).toBe(1)
  })

  it('is unknown without an array, without a match, and from a negated part', () => {
    expect(position({ a: 1 }, { a: 1 })).toBeUndefined()
    expect(position({ a: 2, b: 1 }, { a: [1, 2], b: 0 })).toBeUndefined()
    expect(position({ a: { $ne: 5 } }, { a: [1, 2] })).toBeUndefined()
  })
})

describe('what is refused', () => {
  it('is named', () => {
    expect(refusal({ a: { $foo: 1 } })).toBe('BadValue: unknown operator: $foo')
    expect(refusal({ a: { $gt: 1, b: 2 } })).toBe('BadValue: unknown operator: b')
    expect(refusal({ $foo: 1 })).toBe('BadValue: unknown top level operator: $foo')
    expect(refusal({ $where: 'true' })).toMatch(/^CommandNotSupported: \$where /)
    expect(refusal({ $text: {} })).toMatch(/^CommandNotSupported: \$text /)
    expect(refusal({ a: { $near: [0, 0] } })).toMatch(/^CommandNotSupported: \$near /)
  })

  it('includes arguments of the wrong shape', () => {
    const wrong = [
      { $and: [] },
      { $or: {} },
      { $nor: [1] },
      { a: { $in: 1 } },
      { a: { $in: [{ $gt: 1 }] } },
      { a: { $all: 1 } },
      { a: { $elemMatch: 1 } },
      { a: { $size: -1 } },
      { a: { $size: 1.5 } },
      { a: { $size: 'x' } },
      { a: { $type: 'text' } },
      { a: { $type: [] } },
      { a: { $type: 42 } },
      { a: { $mod: 1 } },
      { a: { $mod: [1] } },
      { a: { $mod: [0, 1] } },
      { a: { $mod: [Number.NaN, 1] } },
      { a: { $mod: [1, 2, 3] } },
      { a: { $not: 1 } },
      { a: { $not: {} } },
      { a: { $ne: /x/ } },
      { a: { $gt: /x/ } },
      { a: { $regex: 5 } },
      { a: { $options: 'i' } },
      { a: { $regex: /x/i, $options: 'm' } },
      { a: { $bitsAllSet: -1 } },
      { a: { $bitsAllSet: [-1] } },
      { a: { $bitsAllSet: 'x' } },
    ]

    expect(wrong.filter(filter => !refusal(filter).startsWith('BadValue: '))).toEqual([])
  })

  it('includes filters that are nested without end', () => {
    const endless: Record<string, unknown> = {}
    endless.$and = [endless]

    expect(refusal(endless)).toBe('BadValue: nested deeper than 200 levels')
  })

  it('leaves references alone', () => {
    const reference = { $ref: 'users', $id: 5 }

    expect(finds({ a: reference }, { a: reference })).toBe(true)
    expect(finds({ 'a.$id': 5 }, { a: reference })).toBe(true)
  })
})
