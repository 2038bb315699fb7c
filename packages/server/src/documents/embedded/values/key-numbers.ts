import type { KeyWriter } from './key-writer.ts'
import { compareNumeric, type Decimal, type Numeric, nearestDouble, toDecimal } from './numbers.ts'

const kinds = { nan: 1, negative: 2, zero: 3, positive: 4 } as const

const bits = new DataView(new ArrayBuffer(8))

const previousDouble = (value: number): number => {
  bits.setFloat64(0, value)
  bits.setBigUint64(0, bits.getBigUint64(0) - 1n)
  return bits.getFloat64(0)
}

/** The largest double that is not above a finite positive number. */
const doubleBelow = (value: Numeric): number => {
  const near = Math.min(nearestDouble(value), Number.MAX_VALUE)
  return compareNumeric(near, value) > 0 ? previousDouble(near) : near
}

const magnitude = (value: Numeric): Numeric => {
  if (typeof value === 'object') return { ...value, negative: false }
  return value < 0 ? -value : value
}

/**
 * Tells numbers apart that share their double: place of the first digit, then the digits, two in a byte,
 * each one higher so that 0 can end them.
 */
const writeDigits = (writer: KeyWriter, { digits, exponent }: Decimal): void => {
  const text = digits.toString().replace(/0+$/, '')
  writer.byte(1)
  writer.uint32(digits.toString().length + exponent + 0x80000000)
  for (let at = 0; at <= text.length; at += 2) {
    const high = at < text.length ? text.charCodeAt(at) - 47 : 0
    const low = at + 1 < text.length ? text.charCodeAt(at + 1) - 47 : 0
    writer.byte((high << 4) | low)
  }
}

const writeMagnitude = (writer: KeyWriter, value: Numeric): void => {
  if (typeof value === 'number') {
    writer.double(value)
    writer.byte(0)
    return
  }
  const double = doubleBelow(value)
  writer.double(double)
  if (compareNumeric(double, value) === 0) writer.byte(0)
  else writeDigits(writer, toDecimal(value))
}

/**
 * Writes a number by its exact value: the double below it, and what tells it from that double. Negative
 * numbers are inverted.
 */
export const writeNumber = (writer: KeyWriter, value: Numeric): void => {
  if (value === 0 || Number.isNaN(value)) {
    writer.byte(value === 0 ? kinds.zero : kinds.nan)
    return
  }
  const isNegative = typeof value === 'object' ? value.negative : value < 0
  writer.byte(isNegative ? kinds.negative : kinds.positive)
  const start = writer.length
  writeMagnitude(writer, isNegative ? magnitude(value) : value)
  if (isNegative) writer.invertFrom(start)
}
