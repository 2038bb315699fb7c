import { Decimal128 } from 'bson'

/** A decimal number taken apart: `coefficient` × 10^`exponent`, or one of the three values that are not finite. */
export type Decimal =
  | { readonly finite: true; readonly coefficient: bigint; readonly exponent: number }
  | { readonly finite: false; readonly value: number }

const precision = 34
const largestExponent = 6111
const smallestExponent = -6176

export const toDecimal = (value: Decimal128): Decimal => readDecimal(value.toString())

/** A double as MongoDB turns it into a decimal: 15 significant digits. */
export const decimalOfDouble = (value: number): Decimal => {
  if (!Number.isFinite(value)) return { finite: false, value }
  return value === 0 ? decimalOfInteger(0n) : readDecimal(value.toPrecision(15))
}

export const decimalOfInteger = (value: bigint): Decimal => ({
  finite: true,
  coefficient: value,
  exponent: 0,
})

export const readDecimal = (text: string): Decimal => {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (parts === null) return { finite: false, value: Number(text) }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts
  const size = BigInt(`${whole}${fraction}` || '0')
  return {
    finite: true,
    coefficient: sign === '-' ? -size : size,
    exponent: Number(exponent) - fraction.length,
  }
}

/** Rounded to 34 digits, half to even; infinite past the largest exponent. */
export const fromDecimal = (decimal: Decimal): Decimal128 => {
  if (!decimal.finite) return Decimal128.fromString(String(decimal.value))
  const { coefficient, exponent } = rounded(decimal, precision)
  const digits = digitCount(coefficient)
  if (coefficient === 0n) {
    const near = Math.min(Math.max(exponent, smallestExponent), largestExponent)
    return Decimal128.fromString(`0E${near}`)
  }
  if (exponent + digits > largestExponent + precision) {
    return Decimal128.fromString(coefficient < 0n ? '-Infinity' : 'Infinity')
  }
  if (exponent > largestExponent) {
    const padded = coefficient * 10n ** BigInt(exponent - largestExponent)
    return Decimal128.fromString(`${padded}E${largestExponent}`)
  }
  if (exponent < smallestExponent) {
    const kept = scaled({ finite: true, coefficient, exponent }, smallestExponent)
    return Decimal128.fromString(`${kept}E${smallestExponent}`)
  }
  return Decimal128.fromString(`${coefficient}E${exponent}`)
}

export const decimalToNumber = (decimal: Decimal): number =>
  decimal.finite ? Number(`${decimal.coefficient}e${decimal.exponent}`) : decimal.value

type Finite = Extract<Decimal, { finite: true }>

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

const digitCount = (value: bigint): number => magnitude(value).toString().length

const rounded = (decimal: Finite, digits: number): Finite => {
  const excess = digitCount(decimal.coefficient) - digits
  if (excess <= 0) return decimal
  const exponent = decimal.exponent + excess
  return rounded({ finite: true, coefficient: scaled(decimal, exponent), exponent }, digits)
}

/** The coefficient at another exponent; digits that fall away round half to even. */
const scaled = ({ coefficient, exponent }: Finite, to: number): bigint => {
  if (exponent >= to) return coefficient * 10n ** BigInt(exponent - to)
  const divisor = 10n ** BigInt(Math.min(to - exponent, 12_400))
  return divideHalfEven(coefficient, divisor)
}

const divideHalfEven = (value: bigint, divisor: bigint): bigint => {
  const quotient = value / divisor
  const twice = magnitude(value % divisor) * 2n
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n)
  if (!up) return quotient
  return value < 0n ? quotient - 1n : quotient + 1n
}

const aligned = (a: Finite, b: Finite): { left: bigint; right: bigint; exponent: number } => {
  const exponent = Math.min(a.exponent, b.exponent)
  return { left: scaled(a, exponent), right: scaled(b, exponent), exponent }
}

const ofDoubles = (
  a: Decimal,
  b: Decimal,
  operate: (left: number, right: number) => number,
): Decimal => {
  const value = operate(decimalToNumber(a), decimalToNumber(b))
  return Number.isFinite(value)
    ? decimalOfInteger(BigInt(Math.trunc(value)))
    : { finite: false, value }
}

export const addDecimals = (a: Decimal, b: Decimal): Decimal => {
  if (!a.finite || !b.finite) return ofDoubles(a, b, (left, right) => left + right)
  const { left, right, exponent } = aligned(a, b)
  return { finite: true, coefficient: left + right, exponent }
}

export const negateDecimal = (a: Decimal): Decimal =>
  a.finite ? { ...a, coefficient: -a.coefficient } : { finite: false, value: -a.value }

export const multiplyDecimals = (a: Decimal, b: Decimal): Decimal => {
  if (!a.finite || !b.finite) return ofDoubles(a, b, (left, right) => left * right)
  return {
    finite: true,
    coefficient: a.coefficient * b.coefficient,
    exponent: a.exponent + b.exponent,
  }
}

/** The divisor is not zero. */
export const divideDecimals = (a: Decimal, b: Decimal): Decimal => {
  if (!a.finite || !b.finite) return ofDoubles(a, b, (left, right) => left / right)
  const extra = Math.max(0, precision + 2 + digitCount(b.coefficient) - digitCount(a.coefficient))
  const numerator = a.coefficient * 10n ** BigInt(extra)
  const quotient = numerator / b.coefficient
  const exponent = a.exponent - b.exponent - extra
  if (numerator % b.coefficient !== 0n) {
    const sticky = a.coefficient < 0n !== b.coefficient < 0n ? -1n : 1n
    return { finite: true, coefficient: quotient * 10n + sticky, exponent: exponent - 1 }
  }
  return stripped({ finite: true, coefficient: quotient, exponent }, a.exponent - b.exponent)
}

/** The remainder of truncating division; the divisor is not zero. */
export const remainderOfDecimals = (a: Decimal, b: Decimal): Decimal => {
  if (!a.finite || !b.finite) {
    return a.finite && !Number.isNaN(decimalToNumber(b)) ? a : { finite: false, value: Number.NaN }
  }
  const { left, right, exponent } = aligned(a, b)
  return { finite: true, coefficient: left % right, exponent }
}

/** Trailing zeros taken off, as long as the exponent stays at or below the wanted one. */
const stripped = (decimal: Finite, wanted: number): Finite => {
  let { coefficient, exponent } = decimal
  while (exponent < wanted && coefficient % 10n === 0n && coefficient !== 0n) {
    coefficient /= 10n
    exponent += 1
  }
  return { finite: true, coefficient, exponent }
}

export type Rounding = 'halfEven' | 'down' | 'floor' | 'ceil'

/** Rounded at a place after the point (negative: before it). */
export const roundDecimal = (decimal: Decimal, place: number, rounding: Rounding): Decimal => {
  if (!decimal.finite || decimal.exponent >= -place) return decimal
  const divisor = 10n ** BigInt(Math.min(-place - decimal.exponent, 12_400))
  return {
    finite: true,
    coefficient: divideRounded(decimal.coefficient, divisor, rounding),
    exponent: -place,
  }
}

const divideRounded = (value: bigint, divisor: bigint, rounding: Rounding): bigint => {
  if (rounding === 'halfEven') return divideHalfEven(value, divisor)
  const quotient = value / divisor
  if (value % divisor === 0n || rounding === 'down') return quotient
  if (rounding === 'floor') return value < 0n ? quotient - 1n : quotient
  return value > 0n ? quotient + 1n : quotient
}

export const squareRootOfDecimal = (decimal: Decimal): Decimal => {
  if (!decimal.finite || decimal.coefficient <= 0n) {
    return decimal.finite && decimal.coefficient === 0n
      ? decimal
      : { finite: false, value: Math.sqrt(decimalToNumber(decimal)) }
  }
  const shift = 2 * precision + 4 + (Math.abs(decimal.exponent) % 2)
  const coefficient = decimal.coefficient * 10n ** BigInt(shift)
  const root = integerRoot(coefficient)
  const exponent = (decimal.exponent - shift) / 2
  if (root * root !== coefficient) {
    return { finite: true, coefficient: root * 10n + 1n, exponent: exponent - 1 }
  }
  return stripped({ finite: true, coefficient: root, exponent }, Math.floor(decimal.exponent / 2))
}

const integerRoot = (value: bigint): bigint => {
  let guess = 10n ** BigInt(Math.ceil(value.toString().length / 2))
  for (;;) {
    const next = (guess + value / guess) / 2n
    if (next >= guess) return guess
    guess = next
  }
}
