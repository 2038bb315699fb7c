import { Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { evaluated, type Table, tabled } from './evaluate.ts'

const int = (value: number): Int32 => new Int32(value)

describe('expressions', () => {
  it('read paths, arrays of documents and variables', () => {
    const document = { a: { b: [{ c: 1 }, { c: 2 }, { d: 3 }, 5] }, n: null, '0': 'zero' }
    const table: Table = [
      ['$a.b.c', [1, 2]],
      ['$a.b.0', []],
      ['$n.x', undefined],
      ['$missing', undefined],
      ['$n', null],
      [
        ['$missing', '$n'],
        [null, null],
      ],
      [{ x: '$missing', y: '$n' }, { y: null }],
      ['$$ROOT.n', null],
      ['$$CURRENT.n', null],
      ['$$REMOVE', undefined],
      ['$$NOW', new Date(0)],
      [{ $literal: '$a' }, '$a'],
      [{ $let: { vars: { x: 1, y: '$n' }, in: ['$$x', '$$y'] } }, [1, null]],
      ['plain', 'plain'],
    ]

    const { got, wanted } = tabled(table, document)
    expect(got).toEqual(wanted)
  })

  it('compare in BSON order and decide', () => {
    const table: Table = [
      [{ $gt: ['x', 5] }, true],
      [{ $lt: ['$missing', null] }, true],
      [{ $eq: ['$missing', null] }, false],
      [{ $eq: [1, Long.fromNumber(1)] }, true],
      [{ $eq: [Decimal128.fromString('1.0'), 1] }, true],
      [
        {
          $cmp: [
            [1, 2],
            [1, 3],
          ],
        },
        int(-1),
      ],
      [{ $and: [1, 'x', []] }, true],
      [{ $and: [] }, true],
      [{ $or: [0, null, Decimal128.fromString('0.00')] }, false],
      [{ $not: [0] }, true],
      [{ $cond: ['$missing', 1, 2] }, 2],
      [{ $ifNull: ['$missing', null, 'x'] }, 'x'],
    ]

    const { got, wanted } = tabled(table)
    expect(got).toEqual(wanted)
  })

  it('work on arrays', () => {
    const document = { list: [3, 1, 2], docs: [{ k: 2 }, { k: 1 }] }
    const table: Table = [
      [{ $arrayElemAt: ['$list', -1] }, 2],
      [{ $arrayElemAt: ['$list', 9] }, undefined],
      [{ $first: '$list' }, 3],
      [{ $last: '$list' }, 2],
      [{ $slice: ['$list', -2] }, [1, 2]],
      [{ $slice: ['$list', 1, 5] }, [1, 2]],
      [{ $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
      [{ $in: [Long.fromNumber(1), '$list'] }, true],
      [{ $indexOfArray: ['$list', 2] }, int(2)],
      [{ $range: [0, 5, 2] }, [0, 2, 4]],
      [{ $reverseArray: '$list' }, [2, 1, 3]],
      [{ $sortArray: { input: '$list', sortBy: -1 } }, [3, 2, 1]],
      [{ $sortArray: { input: '$docs', sortBy: { k: 1 } } }, [{ k: 1 }, { k: 2 }]],
      [
        { $zip: { inputs: [['a', 'b'], [1]], useLongestLength: true } },
        [
          ['a', 1],
          ['b', null],
        ],
      ],
      [{ $filter: { input: '$list', as: 'x', cond: { $gt: ['$$x', 1] }, limit: 1 } }, [3]],
      [{ $map: { input: '$docs', as: 'd', in: '$$d.k' } }, [2, 1]],
      [{ $reduce: { input: '$list', initialValue: '', in: { $concat: ['$$value', 'x'] } } }, 'xxx'],
      [
        {
          $setUnion: [
            [2, 1],
            [1, 3],
          ],
        },
        [1, 2, 3],
      ],
      [
        {
          $setIntersection: [
            [2, 1],
            [1, 3],
          ],
        },
        [1],
      ],
      [{ $setDifference: [[2, 1, 2], [1]] }, [2]],
      [
        {
          $setEquals: [
            [1, 2, 1],
            [2, 1],
          ],
        },
        true,
      ],
      [{ $setIsSubset: [[1], [2, 1]] }, true],
      [{ $maxN: { input: '$list', n: 2 } }, [3, 2]],
      [{ $sum: '$list' }, int(6)],
      [{ $avg: [1, 2, 'x'] }, new Double(1.5)],
      [{ $min: ['$list', 5] }, 5],
      [{ $size: '$list' }, int(3)],
    ]

    const { got, wanted } = tabled(table, document)
    expect(got).toEqual(wanted)
  })

  it('work on text', () => {
    const table: Table = [
      [{ $toUpper: 'straße' }, 'STRAßE'],
      [{ $toLower: null }, ''],
      [{ $substrBytes: ['héllo', 0, 3] }, 'hé'],
      [{ $substrCP: ['a𝄞c', 1, 1] }, '𝄞'],
      [{ $strLenCP: 'a𝄞c' }, int(3)],
      [{ $strLenBytes: 'é' }, int(2)],
      [{ $split: ['a-b-', '-'] }, ['a', 'b', '']],
      [{ $trim: { input: ' \n x ' } }, 'x'],
      [{ $ltrim: { input: 'xxay', chars: 'x' } }, 'ay'],
      [{ $indexOfCP: ['𝄞bcb', 'b', 2] }, int(3)],
      [{ $indexOfBytes: ['éb', 'b'] }, int(2)],
      [{ $replaceAll: { input: 'a.a', find: 'a', replacement: { $literal: '$&' } } }, '$&.$&'],
      [{ $replaceOne: { input: 'a.a', find: 'a', replacement: 'b' } }, 'b.a'],
      [{ $strcasecmp: ['B', 'a'] }, int(1)],
      [{ $regexMatch: { input: 'Abc', regex: '^a', options: 'i' } }, true],
      [
        { $regexFind: { input: '𝄞ab12', regex: /([a-z]+)(\d)(x)?/ } },
        { match: 'ab1', idx: int(1), captures: ['ab', '1', null] },
      ],
      [{ $regexFindAll: { input: 'a1', regex: 'x' } }, []],
    ]

    const { got, wanted } = tabled(table)
    expect(got).toEqual(wanted)
  })

  it('convert between types', () => {
    const hex = '64b7f0c2a1b2c3d4e5f60718'
    const table: Table = [
      [{ $toInt: '-12' }, int(-12)],
      [{ $toInt: 5.9 }, int(5)],
      [{ $toLong: '9007199254740993' }, Long.fromString('9007199254740993')],
      [{ $toLong: new Date(5) }, Long.fromNumber(5)],
      [{ $toDouble: '1.5e3' }, new Double(1500)],
      [{ $toDecimal: '1.50' }, Decimal128.fromString('1.50')],
      [{ $toDecimal: 2.5 }, Decimal128.fromString('2.50000000000000')],
      [{ $toString: Long.fromString('9007199254740993') }, '9007199254740993'],
      [{ $toString: 2.5 }, '2.5'],
      [{ $toString: new ObjectId(hex) }, hex],
      [{ $toString: new Date(0) }, '1970-01-01T00:00:00.000Z'],
      [{ $toObjectId: hex }, new ObjectId(hex)],
      [{ $toDate: '2024-01-02T03:04:05Z' }, new Date(Date.UTC(2024, 0, 2, 3, 4, 5))],
      [{ $toDate: Long.fromNumber(7) }, new Date(7)],
      [{ $toDate: new ObjectId(hex) }, new ObjectId(hex).getTimestamp()],
      [{ $toBool: 'false' }, true],
      [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
      [{ $convert: { input: null, to: 'int', onNull: 0 } }, 0],
      [{ $convert: { input: '1', to: 16 } }, int(1)],
      [{ $isNumber: new Double(1) }, true],
      [{ $type: '$missing' }, 'missing'],
    ]

    const { got, wanted } = tabled(table)
    expect(got).toEqual(wanted)
  })

  it('keep keys like __proto__ as data', () => {
    const document = { name: '__proto__', value: { admin: true } }
    const made = evaluated({ $arrayToObject: [[['$name', '$value']]] }, document)
    const set = evaluated({ $setField: { field: '__proto__', input: {}, value: 1 } }, document)

    expect(made).toBe('{"__proto__":{"admin":true}}')
    expect(set).toBe('{"__proto__":{"$numberInt":"1"}}')
    expect({}).not.toHaveProperty('admin')
    expect(evaluated('$constructor')).toBe('missing')
  })

  it('name what is no expression, or is not offered', () => {
    const refused: readonly (readonly [unknown, string])[] = [
      [{ $who: 1 }, "Unrecognized expression '$who'"],
      [{ $constructor: 1 }, "Unrecognized expression '$constructor'"],
      [{ $function: { body: '', args: [], lang: 'js' } }, '$function is not supported'],
      [{ $add: [1], $subtract: [1, 2] }, 'must have exactly one field'],
      ['$$who', 'Use of undefined variable: who'],
      [{ $size: '$missing' }, 'The argument to $size must be an array, but was of type: missing'],
      [{ $toInt: 'x' }, "Failed to parse number 'x' in $convert with no onError value"],
      [{ $toInt: 2147483648 }, 'Conversion would overflow'],
      [{ $filter: { input: [], cnd: true } }, 'Unrecognized parameter to $filter: cnd'],
    ]

    for (const [expression, message] of refused) {
      expect(() => evaluated(expression)).toThrow(message)
    }
  })
})
