import { BSONValue, Decimal128, Double, Int32, Long } from 'bson'
import {
  addDecimals,
  type Decimal,
  decimalOfDouble,
  decimalOfInteger,
  decimalToNumber,
  fromDecimal,
  multiplyDecimals,
  negateDecimal,
  toDecimal,
} from './decimal.ts'

/** A number of any BSON type, taken apart for calculating. */
export type Numeric =
  | { readonly type: 'int' | 'long'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'decimal'; readonly value: Decimal }

export type NumericType = Numeric['type']
export type BsonNumber = Int32 | Long | Double | Decimal128

const int32Limit = 2n ** 31n
const int64Limit = 2n ** 63n

const isInt32 = (value: number): boolean =>
  Number.isInteger(value) && (value | 0) === value && !Object.is(value, -0)

/** The number, or `undefined` when the value is none. A plain number is an int when it fits, else a double. */
export const toNumeric = (value: unknown): Numeric | undefined => {
  if (typeof value === 'number') {
    return isInt32(value) ? { type: 'int', value: BigInt(value) } : { type: 'double', value }
  }
  if (typeof value === 'bigint') return { type: 'long', value }
  if (!(value instanceof BSONValue)) return undefined
  if (value instanceof Int32) return { type: 'int', value: BigInt(value.value) }
  if (value instanceof Double) return { type: 'double', value: value.value }
  if (value instanceof Decimal128) return { type: 'decimal', value: toDecimal(value) }
  // A Timestamp is a Long to `instanceof`, and no number.
  return value._bsontype === 'Long'
    ? { type: 'long', value: (value as Long).toBigInt() }
    : undefined
}

export const fromNumeric = (numeric: Numeric): BsonNumber => {
  switch (numeric.type) {
    case 'int':
      return new Int32(Number(numeric.value))
    case 'long':
      return Long.fromBigInt(numeric.value)
    case 'double':
      return new Double(numeric.value)
    case 'decimal':
      return fromDecimal(numeric.value)
  }
}

export const toDouble = (numeric: Numeric): number =>
  numeric.type === 'decimal' ? decimalToNumber(numeric.value) : Number(numeric.value)

export const asDecimal = (numeric: Numeric): Decimal => {
  switch (numeric.type) {
    case 'decimal':
      return numeric.value
    case 'double':
      return decimalOfDouble(numeric.value)
    default:
      return decimalOfInteger(numeric.value)
  }
}

/** The number as a whole one, or `undefined` when it has a fraction or is out of a long's range. */
export const toInteger = (value: unknown): bigint | undefined => {
  const numeric = toNumeric(value)
  if (numeric === undefined) return undefined
  if (numeric.type === 'int' || numeric.type === 'long') return numeric.value
  const double = toDouble(numeric)
  if (!Number.isInteger(double)) return undefined
  const whole = BigInt(double)
  return fitsLong(whole) ? whole : undefined
}

export const fitsInt = (value: bigint): boolean => value >= -int32Limit && value < int32Limit
export const fitsLong = (value: bigint): boolean => value >= -int64Limit && value < int64Limit

const ranks: Record<NumericType, number> = { int: 0, long: 1, double: 2, decimal: 3 }

/** The type of a calculation with both: decimal over double over long over int. */
export const widerType = (a: NumericType, b: NumericType): NumericType =>
  ranks[a] >= ranks[b] ? a : b

type Operation = {
  readonly integers: (a: bigint, b: bigint) => bigint
  readonly doubles: (a: number, b: number) => number
  readonly decimals: (a: Decimal, b: Decimal) => Decimal
}

/** An int that overflows becomes a long; a long that overflows is `undefined`. */
const calculate = (a: Numeric, b: Numeric, operation: Operation): Numeric | undefined => {
  const type = widerType(a.type, b.type)
  if (type === 'decimal') {
    return { type, value: operation.decimals(asDecimal(a), asDecimal(b)) }
  }
  if (type === 'double') return { type, value: operation.doubles(toDouble(a), toDouble(b)) }
  const value = operation.integers(a.value as bigint, b.value as bigint)
  if (type === 'int' && fitsInt(value)) return { type, value }
  return fitsLong(value) ? { type: 'long', value } : undefined
}

export const addNumbers = (a: Numeric, b: Numeric): Numeric | undefined =>
  calculate(a, b, {
    integers: (left, right) => left + right,
    doubles: (left, right) => left + right,
    decimals: addDecimals,
  })

export const multiplyNumbers = (a: Numeric, b: Numeric): Numeric | undefined =>
  calculate(a, b, {
    integers: (left, right) => left * right,
    doubles: (left, right) => left * right,
    decimals: multiplyDecimals,
  })

export const subtractNumbers = (a: Numeric, b: Numeric): Numeric | undefined =>
  calculate(a, b, {
    integers: (left, right) => left - right,
    doubles: (left, right) => left - right,
    decimals: (left, right) => addDecimals(left, negateDecimal(right)),
  })
