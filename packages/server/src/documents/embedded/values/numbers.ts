import { type Decimal128, type Double, Int32, type Long } from 'bson'
import { typeCode, typeCodes } from './types.ts'

/** A finite decimal that no safe integer can stand for: ± digits × 10^exponent, digits without trailing zeros. */
export type Decimal = {
  readonly negative: boolean
  readonly digits: bigint
  readonly exponent: number
}

/**
 * A number of any BSON type, brought to the cheapest form that keeps it exact: a JavaScript number, a
 * bigint beyond the safe integers, or a decimal. Equal values of different types may still have
 * different forms; `compareNumeric` tells.
 */
export type Numeric = number | bigint | Decimal

const maxDigits = 10n ** 34n - 1n
const bigZero = 0n

const fromDecimal128 = (value: Decimal128): Numeric => {
  const { bytes } = value
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  const low = view.getBigUint64(0, true)
  const high = view.getBigUint64(8, true)
  const negative = high >> 63n === 1n
  const combination = Number((high >> 58n) & 31n)
  if (combination === 31) return Number.NaN
  if (combination === 30) return negative ? -Infinity : Infinity
  // The other encoding of the coefficient is always above 34 digits, which IEEE 754 reads as zero.
  if (combination >= 24) return 0
  let digits = ((high & 0x1ffffffffffffn) << 64n) | low
  if (digits === bigZero || digits > maxDigits) return 0
  let exponent = Number((high >> 49n) & 0x3fffn) - 6176
  while (digits % 10n === bigZero) {
    digits /= 10n
    exponent += 1
  }
  if (exponent >= 0 && exponent < 16) {
    const whole = Number(digits * 10n ** BigInt(exponent))
    if (whole <= Number.MAX_SAFE_INTEGER) return negative ? -whole : whole
  }
  return { negative, digits, exponent }
}

const fromBig = (value: bigint): Numeric => {
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value
}

const fromLong = (value: Long): Numeric => {
  const near = value.high * 4294967296 + (value.low >>> 0)
  return Number.isSafeInteger(near) ? near : value.toBigInt()
}

/** The value of a number of any type, or `undefined` when it is no number. */
export const toNumeric = (value: unknown): Numeric | undefined => {
  if (typeof value === 'number') return value
  if (value instanceof Int32) return value.value
  switch (typeCode(value)) {
    case typeCodes.int:
    case typeCodes.double:
      return (value as Int32 | Double).value
    case typeCodes.long:
      return typeof value === 'bigint' ? fromBig(value) : fromLong(value as Long)
    case typeCodes.decimal:
      return fromDecimal128(value as Decimal128)
    default:
      return undefined
  }
}

/** The double nearest to a number. */
export const nearestDouble = (value: Numeric): number =>
  typeof value === 'object'
    ? Number(`${value.negative ? '-' : ''}${value.digits}e${value.exponent}`)
    : Number(value)

const bits = new DataView(new ArrayBuffer(8))

const doubleToDecimal = (value: number): Decimal => {
  bits.setFloat64(0, value)
  const raw = bits.getBigUint64(0)
  const biased = Number((raw >> 52n) & 0x7ffn)
  const fraction = raw & 0xfffffffffffffn
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n
  const power = (biased === 0 ? 1 : biased) - 1075
  const negative = value < 0
  if (power >= 0) return { negative, digits: mantissa << BigInt(power), exponent: 0 }
  return { negative, digits: mantissa * 5n ** BigInt(-power), exponent: power }
}

/** A finite number, exactly, as ± digits × 10^exponent (digits may end in zeros). */
export const toDecimal = (value: Numeric): Decimal => {
  if (typeof value === 'object') return value
  if (typeof value === 'bigint')
    return { negative: value < bigZero, digits: value < bigZero ? -value : value, exponent: 0 }
  return doubleToDecimal(value)
}

const compareDecimals = (left: Decimal, right: Decimal): number => {
  const exponent = Math.min(left.exponent, right.exponent)
  const a = left.digits * 10n ** BigInt(left.exponent - exponent)
  const b = right.digits * 10n ** BigInt(right.exponent - exponent)
  const x = left.negative ? -a : a
  const y = right.negative ? -b : b
  return x < y ? -1 : x > y ? 1 : 0
}

/** Orders two JavaScript numbers as MongoDB does: NaN equals itself and is the smallest; -0 equals 0. */
export const compareDoubles = (left: number, right: number): number => {
  if (left < right) return -1
  if (left > right) return 1
  if (left === right) return 0
  return Number.isNaN(left) ? (Number.isNaN(right) ? 0 : -1) : 1
}

/** Orders two numbers by their exact values, whatever their types. */
export const compareNumeric = (left: Numeric, right: Numeric): number => {
  if (typeof left === 'number' && typeof right === 'number') return compareDoubles(left, right)
  const near = compareDoubles(nearestDouble(left), nearestDouble(right))
  if (near !== 0) return near
  if (typeof left === 'number' && !Number.isFinite(left)) return left > 0 ? 1 : -1
  if (typeof right === 'number' && !Number.isFinite(right)) return right > 0 ? -1 : 1
  return compareDecimals(toDecimal(left), toDecimal(right))
}

/** The whole number towards zero as a signed 64-bit integer, or `undefined` when it does not fit. */
export const toInt64 = (value: Numeric): bigint | undefined => {
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined
  const { negative, digits, exponent } = toDecimal(value)
  if (exponent > 19) return undefined
  const whole = exponent >= 0 ? digits * 10n ** BigInt(exponent) : digits / 10n ** BigInt(-exponent)
  const signed = negative ? -whole : whole
  return BigInt.asIntN(64, signed) === signed ? signed : undefined
}

/** True when the number has no fraction; false for NaN and the infinities. */
export const isWhole = (value: Numeric): boolean =>
  typeof value === 'number'
    ? Number.isInteger(value)
    : typeof value === 'bigint' || value.exponent >= 0

/** Reads a whole number that a query gives as an argument (`$size`, `$slice`, …), or `undefined`. */
export const toWholeNumber = (value: unknown): number | undefined => {
  const numeric = toNumeric(value)
  return typeof numeric === 'number' && Number.isSafeInteger(numeric) ? numeric : undefined
}
