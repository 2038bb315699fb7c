import { Decimal128, Double, Int32, Long } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluated, type Table, tabled } from './evaluate.ts'

const decimal = (text: string): Decimal128 => Decimal128.fromString(text)
const long = (text: string): Long => Long.fromString(text)
const largest = '9223372036854775807'

describe('arithmetic of numbers', () => {
  it('gives the type that MongoDB gives', () => {
    const table: Table = [
      [{ $add: [1, 2] }, new Int32(3)],
      [{ $add: [1, 2.5] }, new Double(3.5)],
      [{ $add: [new Double(1), 2] }, new Double(3)],
      [{ $add: [2147483647, 1] }, long('2147483648')],
      [{ $add: [long('9007199254740993'), 2] }, long('9007199254740995')],
      [{ $add: [long(largest), 1] }, new Double(2 ** 63)],
      [{ $add: [decimal('0.1'), decimal('0.2')] }, decimal('0.3')],
      [{ $add: [decimal('1.50'), 1] }, decimal('2.50')],
      [{ $add: [0.1, 0.2] }, new Double(0.1 + 0.2)],
      [{ $add: [] }, new Int32(0)],
      [{ $add: [1, null] }, null],
      [{ $add: [new Date(5), 10] }, new Date(15)],
      [{ $subtract: [5, 7] }, new Int32(-2)],
      [{ $subtract: [new Date(50), new Date(20)] }, long('30')],
      [{ $subtract: [new Date(50), 20] }, new Date(30)],
      [{ $subtract: [-2147483648, 1] }, long('-2147483649')],
      [{ $multiply: [3, 4] }, new Int32(12)],
      [{ $multiply: [65536, 65536] }, long('4294967296')],
      [{ $multiply: [decimal('1.1'), 3] }, decimal('3.3')],
      [{ $divide: [6, 3] }, new Double(2)],
      [{ $divide: [decimal('1'), 3] }, decimal('0.3333333333333333333333333333333333')],
      [{ $divide: [decimal('6.0'), decimal('2')] }, decimal('3.0')],
      [{ $mod: [-7, 3] }, new Int32(-1)],
      [{ $mod: [7.5, 2] }, new Double(1.5)],
      [{ $mod: [decimal('7.5'), 2] }, decimal('1.5')],
    ]

    const { got, wanted } = tabled(table)
    expect(got).toEqual(wanted)
  })

  it('rounds half to even, at any place, in every type', () => {
    const table: Table = [
      [{ $round: [2.5] }, new Double(2)],
      [{ $round: [3.5] }, new Double(4)],
      [{ $round: [-2.5, 0] }, new Double(-2)],
      [{ $round: [19.25, 1] }, new Double(19.2)],
      [{ $round: [28.73, -1] }, new Double(30)],
      [{ $round: [1234, -2] }, new Int32(1200)],
      [{ $round: [decimal('2.345'), 2] }, decimal('2.34')],
      [{ $trunc: [-7.89, 1] }, new Double(-7.8)],
      [{ $trunc: 7.8 }, new Double(7)],
      [{ $floor: -1.5 }, new Double(-2)],
      [{ $floor: 3 }, new Int32(3)],
      [{ $ceil: decimal('1.2') }, decimal('2')],
      [{ $abs: -5 }, new Int32(5)],
      [{ $abs: -2147483648 }, long('2147483648')],
      [{ $abs: decimal('-1.50') }, decimal('1.50')],
      [{ $abs: null }, null],
    ]

    const { got, wanted } = tabled(table)
    expect(got).toEqual(wanted)
  })

  it('raises to powers and takes roots', () => {
    const table: Table = [
      [{ $pow: [2, 10] }, new Int32(1024)],
      [{ $pow: [2, 40] }, long('1099511627776')],
      [{ $pow: [2, -1] }, new Double(0.5)],
      [{ $pow: [-1, 1000001] }, new Int32(-1)],
      [{ $sqrt: 16 }, new Double(4)],
      [{ $sqrt: decimal('2') }, decimal('1.414213562373095048801688724209698')],
      [{ $sqrt: decimal('4') }, decimal('2')],
      [{ $ln: 1 }, new Double(0)],
      [{ $log: [100, 10] }, new Double(2)],
      [{ $bitAnd: [12, long('10')] }, long('8')],
      [{ $bitNot: 5 }, new Int32(-6)],
    ]

    const { got, wanted } = tabled(table)
    expect(got).toEqual(wanted)
  })

  it('refuses what has no result instead of giving a wrong one', () => {
    const refused: readonly (readonly [unknown, string])[] = [
      [{ $add: ['a', 1] }, '$add only supports numeric or date types, not string'],
      [{ $divide: [1, 0] }, "can't $divide by zero"],
      [{ $mod: [1, 0] }, "can't $mod by zero"],
      [{ $abs: 'x' }, '$abs only supports numeric types, not string'],
      [{ $sqrt: -1 }, "$sqrt's argument must be greater than or equal to 0"],
      [{ $abs: [1, 2] }, 'Expression $abs takes exactly 1 arguments. 2 were passed in.'],
      [{ $exp: decimal('1') }, '$exp of a decimal is not supported'],
    ]

    for (const [expression, message] of refused) {
      expect(() => evaluated(expression)).toThrow(message)
    }
  })

  it('adds and multiplies whole numbers exactly while they fit a long', () => {
    const longs = fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n })
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        const operands = [Long.fromBigInt(a), Long.fromBigInt(b)]
        expect(evaluated({ $add: operands })).toBe(`{"$numberLong":"${a + b}"}`)
        expect(evaluated({ $subtract: operands })).toBe(`{"$numberLong":"${a - b}"}`)
        expect(evaluated({ $multiply: operands })).toBe(`{"$numberLong":"${a * b}"}`)
      }),
    )
  })

  it('adds cents as decimals exactly', () => {
    const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const sum = evaluated({ $add: [decimal(`${a}E-2`), decimal(`${b}E-2`)] })
        expect(sum).toBe(`{"$numberDecimal":"${decimal(`${a + b}E-2`)}"}`)
      }),
    )
  })
})
