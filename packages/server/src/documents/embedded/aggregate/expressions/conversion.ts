import { Decimal128, Double, ObjectId } from 'bson'
import { toBinary } from '../../values/compare.ts'
import { isObject, typeNameOf } from '../../values/types.ts'
import { readDecimal, roundDecimal } from '../numbers/decimal.ts'
import {
  asDecimal,
  fitsInt,
  fitsLong,
  fromNumeric,
  type Numeric,
  toDouble,
  toNumeric,
} from '../numbers/number.ts'
import { typeName } from '../type-name.ts'
import { dateToIsoText } from './dates/format.ts'
import { parseIsoDate } from './dates/parse.ts'
import { requireDate } from './dates/parts.ts'
import {
  badValue,
  type Expression,
  isNullish,
  isTruthy,
  type Operator,
  type Operators,
  readNamed,
  unary,
} from './scope.ts'

const unsupported = (value: unknown, to: string): Error =>
  badValue(
    `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`,
  )

const unparsable = (text: string, to: string): Error =>
  badValue(`Failed to parse ${to} '${text}' in $convert with no onError value`)

const toWhole = (value: unknown, to: 'int' | 'long'): unknown => {
  const whole = wholeOf(value, to)
  if (to === 'int' ? fitsInt(whole) : fitsLong(whole)) {
    return fromNumeric({ type: to, value: whole })
  }
  throw badValue(
    `Conversion would overflow target type in $convert with no onError value: ${whole}`,
  )
}

const wholeOf = (value: unknown, to: 'int' | 'long'): bigint => {
  if (typeof value === 'boolean') return BigInt(value)
  if (typeof value === 'string') {
    if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace('+', ''))
    throw badValue(`Failed to parse number '${value}' in $convert with no onError value`)
  }
  if (value instanceof Date && to === 'long') return BigInt(value.getTime())
  const numeric = toNumeric(value)
  if (numeric === undefined) throw unsupported(value, to)
  return truncatedOf(numeric)
}

const truncatedOf = (numeric: Numeric): bigint => {
  if (numeric.type === 'int' || numeric.type === 'long') return numeric.value
  const decimal = roundDecimal(asDecimalExactly(numeric), 0, 'down')
  if (decimal.finite) return decimal.coefficient * 10n ** BigInt(Math.min(decimal.exponent, 400))
  throw badValue(
    'Attempt to convert NaN or infinity value to an integer type in $convert with no onError value',
  )
}

const asDecimalExactly = (numeric: Numeric): ReturnType<typeof asDecimal> => {
  if (numeric.type !== 'double') return asDecimal(numeric)
  if (!Number.isFinite(numeric.value)) return { finite: false, value: numeric.value }
  return { finite: true, coefficient: BigInt(Math.trunc(numeric.value)), exponent: 0 }
}

const numberText = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i
const specialText = /^[+-]?(inf(inity)?|nan)$/i

const toDoubleValue = (value: unknown): unknown => {
  if (typeof value === 'boolean') return new Double(Number(value))
  if (value instanceof Date) return new Double(value.getTime())
  if (typeof value === 'string') {
    if (numberText.test(value)) return new Double(Number(value))
    if (specialText.test(value)) return new Double(specialOf(value))
    throw badValue(`Failed to parse number '${value}' in $convert with no onError value`)
  }
  const numeric = toNumeric(value)
  if (numeric === undefined) throw unsupported(value, 'double')
  const double = toDouble(numeric)
  const overflows = numeric.type === 'decimal' && numeric.value.finite && !Number.isFinite(double)
  if (overflows)
    throw badValue('Conversion would overflow target type in $convert with no onError value')
  return new Double(double)
}

const specialOf = (text: string): number => {
  if (/nan/i.test(text)) return Number.NaN
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

const toDecimalValue = (value: unknown): unknown => {
  if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0')
  if (value instanceof Date) return Decimal128.fromString(String(value.getTime()))
  if (typeof value === 'string') {
    if (numberText.test(value)) return fromNumeric({ type: 'decimal', value: readDecimal(value) })
    if (specialText.test(value)) return Decimal128.fromString(String(specialOf(value)))
    throw badValue(`Failed to parse number '${value}' in $convert with no onError value`)
  }
  const numeric = toNumeric(value)
  if (numeric === undefined) throw unsupported(value, 'decimal')
  return fromNumeric({ type: 'decimal', value: asDecimal(numeric) })
}

const toText = (value: unknown): unknown => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return dateToIsoText(value)
  if (value instanceof ObjectId) return value.toHexString()
  const numeric = toNumeric(value)
  if (numeric?.type === 'double') return String(numeric.value)
  if (numeric !== undefined) return String(fromNumeric(numeric))
  if (typeName(value) === 'binData') return binaryText(value)
  throw unsupported(value, 'string')
}

const binaryText = (value: unknown): string => {
  const { bytes, subtype } = toBinary(value)
  const hex = Buffer.from(bytes).toString('hex')
  if (subtype !== 4 || bytes.length !== 16) return Buffer.from(bytes).toString('base64')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const toDateValue = (value: unknown): unknown => {
  if (typeof value === 'string') return parseIsoDate(value, undefined)
  const numeric = toNumeric(value)
  if (numeric === undefined || numeric.type === 'int') {
    const type = typeName(value)
    if (type === 'date' || type === 'objectId' || type === 'timestamp') return requireDate(value)
    throw unsupported(value, 'date')
  }
  return new Date(Number(truncatedOf(numeric)))
}

const toObjectId = (value: unknown): unknown => {
  if (value instanceof ObjectId) return value
  if (typeof value !== 'string') throw unsupported(value, 'objectId')
  if (/^[0-9a-f]{24}$/i.test(value)) return new ObjectId(value)
  throw unparsable(value, 'objectId')
}

const conversions = {
  int: value => toWhole(value, 'int'),
  long: value => toWhole(value, 'long'),
  double: toDoubleValue,
  decimal: toDecimalValue,
  string: toText,
  bool: isTruthy,
  date: toDateValue,
  objectId: toObjectId,
} as const satisfies Record<string, (value: unknown) => unknown>

type Target = keyof typeof conversions

const readTarget = (value: unknown): Target => {
  const type = isObject(value) ? value.type : value
  const numeric = toNumeric(type)
  const name = numeric === undefined ? type : typeNameOf(toDouble(numeric))
  if (typeof name === 'string' && Object.hasOwn(conversions, name)) return name as Target
  throw badValue(`Unknown type name: ${String(name ?? type)}`)
}

const convert: Operator = (operand, compile, name) => {
  const named = readNamed(operand, compile, {
    name,
    needed: ['input', 'to'],
    allowed: ['onError', 'onNull'],
  })
  const { input, to } = named as { input: Expression; to: Expression }
  return scope => {
    const value = input(scope)
    const target = to(scope)
    if (isNullish(value)) return named.onNull === undefined ? null : named.onNull(scope)
    if (isNullish(target)) return null
    const conversion = conversions[readTarget(target)]
    try {
      return conversion(value)
    } catch (error) {
      if (named.onError === undefined) throw error
      return named.onError(scope)
    }
  }
}

const converting = (target: Target): Operator =>
  unary(value => (isNullish(value) ? null : conversions[target](value)))

export const conversion: Operators = {
  $convert: convert,
  $toInt: converting('int'),
  $toLong: converting('long'),
  $toDouble: converting('double'),
  $toDecimal: converting('decimal'),
  $toString: converting('string'),
  $toBool: converting('bool'),
  $toDate: converting('date'),
  $toObjectId: converting('objectId'),
  $type: unary(value => typeName(value)),
  $isNumber: unary(value => toNumeric(value) !== undefined),
}
