import { randomInt } from 'node:crypto'
import { Double, Int32, Long } from 'bson'
import { isObject } from '../../values/types.ts'
import { decimalToNumber, negateDecimal, squareRootOfDecimal } from '../numbers/decimal.ts'
import {
  fitsInt,
  fitsLong,
  fromNumeric,
  type Numeric,
  toDouble,
  toNumeric,
} from '../numbers/number.ts'
import { typeName } from '../type-name.ts'
import { requireNumeric } from './arithmetic.ts'
import { roundAt, rounding } from './rounding.ts'
import {
  badValue,
  binary,
  failedToParse,
  isNullish,
  notSupported,
  nullable,
  type Operator,
  type Operators,
  typeMismatch,
  unary,
  variadic,
} from './scope.ts'

const numeric = (calculate: (value: Numeric, name: string) => unknown): Operator =>
  unary(nullable((value, name) => calculate(requireNumeric(value, name), name)))

/** Operators that only doubles have; a decimal is refused, because its 34 digits would be lost. */
const doubles = (calculate: (value: number, name: string) => number): Operator =>
  numeric((value, name) => new Double(calculate(requireNoDecimal(value, name), name)))

const requireNoDecimal = (value: Numeric, name: string): number => {
  if (value.type === 'decimal') {
    throw notSupported(`${name} of a decimal is not supported by the embedded engine`)
  }
  return toDouble(value)
}

const inDomain =
  (calculate: (value: number) => number, least: number, most: number) =>
  (value: number, name: string): number => {
    if (value >= least && value <= most) return calculate(value)
    if (Number.isNaN(value)) return value
    throw badValue(`cannot apply ${name} to ${value}, value must be in [${least},${most}]`)
  }

const positive =
  (calculate: (value: number) => number) =>
  (value: number, name: string): number => {
    if (value > 0 || Number.isNaN(value)) return calculate(value)
    throw badValue(`${name}'s argument must be a positive number, but is ${value}`)
  }

const absolute = (value: Numeric): unknown => {
  switch (value.type) {
    case 'double':
      return new Double(Math.abs(value.value))
    case 'decimal':
      return fromNumeric(
        decimalToNumber(value.value) < 0 ? { ...value, value: negateDecimal(value.value) } : value,
      )
    default: {
      const size = value.value < 0n ? -value.value : value.value
      if (!fitsLong(size)) throw badValue("can't take $abs of long long min")
      const type = value.type === 'int' && fitsInt(size) ? 'int' : 'long'
      return fromNumeric({ type, value: size })
    }
  }
}

const power = (base: unknown, exponent: unknown): unknown => {
  if (isNullish(base) || isNullish(exponent)) return null
  const a = requireNumeric(base, "$pow's base")
  const b = requireNumeric(exponent, "$pow's exponent")
  if (toDouble(a) === 0 && toDouble(b) < 0) {
    throw badValue('$pow cannot take a base of 0 and a negative exponent')
  }
  if (isWhole(a) && isWhole(b) && b.value >= 0n && (b.value <= 64n || absoluteIsTrivial(a.value))) {
    const result = a.value ** (b.value > 64n ? (b.value % 2n) + 2n : b.value)
    const type = a.type === 'int' && b.type === 'int' && fitsInt(result) ? 'int' : 'long'
    if (fitsLong(result)) return fromNumeric({ type, value: result })
  }
  return new Double(requireNoDecimal(a, '$pow') ** requireNoDecimal(b, '$pow'))
}

type Whole = Extract<Numeric, { value: bigint }>

const isWhole = (value: Numeric): value is Whole => value.type === 'int' || value.type === 'long'

const absoluteIsTrivial = (value: bigint): boolean => value >= -1n && value <= 1n

const squareRoot = (value: Numeric): unknown => {
  if (toDouble(value) < 0) {
    throw badValue("$sqrt's argument must be greater than or equal to 0")
  }
  return value.type === 'decimal'
    ? fromNumeric({ ...value, value: squareRootOfDecimal(value.value) })
    : new Double(Math.sqrt(toDouble(value)))
}

const logarithm = (value: unknown, base: unknown): unknown => {
  if (isNullish(value) || isNullish(base)) return null
  const number = requireNoDecimal(requireNumeric(value, '$log'), '$log')
  const root = requireNoDecimal(requireNumeric(base, '$log'), '$log')
  if (number <= 0) throw badValue(`$log's argument must be a positive number, but is ${number}`)
  if (root <= 0 || root === 1) {
    throw badValue(`$log's base must be a positive number not equal to 1, but is ${root}`)
  }
  return new Double(Math.log(number) / Math.log(root))
}

const bits =
  (start: bigint, join: (a: bigint, b: bigint) => bigint): Operator =>
  (operand, compile, name) =>
    variadic(values => {
      if (values.some(isNullish)) return null
      const whole = values.map(value => {
        const number = toNumeric(value)
        if (number !== undefined && isWhole(number)) return number
        throw typeMismatch(`${name} only supports int and long operands, not ${typeName(value)}`)
      })
      const result = whole.reduce((total, { value }) => join(total, value), start)
      const long = whole.some(({ type }) => type === 'long')
      return long ? Long.fromBigInt(result) : new Int32(Number(result))
    })(operand, compile, name)

const radiansPerDegree = Math.PI / 180

export const math: Operators = {
  $rand: operand => {
    const isEmpty = isObject(operand) ? Object.keys(operand).length === 0 : Array.isArray(operand)
    if (!isEmpty) throw failedToParse('$rand does not currently accept arguments')
    return () => new Double(randomInt(2 ** 47) / 2 ** 47)
  },
  $abs: numeric(absolute),
  $ceil: numeric(value => roundAt(value, 0, 'ceil')),
  $floor: numeric(value => roundAt(value, 0, 'floor')),
  $round: rounding('halfEven'),
  $trunc: rounding('down'),
  $sqrt: numeric(squareRoot),
  $pow: binary(power),
  $exp: doubles(Math.exp),
  $ln: doubles(positive(Math.log)),
  $log10: doubles(positive(Math.log10)),
  $log: binary(logarithm),
  $sin: doubles(Math.sin),
  $cos: doubles(Math.cos),
  $tan: doubles(Math.tan),
  $asin: doubles(inDomain(Math.asin, -1, 1)),
  $acos: doubles(inDomain(Math.acos, -1, 1)),
  $atan: doubles(Math.atan),
  $sinh: doubles(Math.sinh),
  $cosh: doubles(Math.cosh),
  $tanh: doubles(Math.tanh),
  $asinh: doubles(Math.asinh),
  $acosh: doubles(inDomain(Math.acosh, 1, Number.POSITIVE_INFINITY)),
  $atanh: doubles(inDomain(Math.atanh, -1, 1)),
  $degreesToRadians: doubles(value => value * radiansPerDegree),
  $radiansToDegrees: doubles(value => value / radiansPerDegree),
  $sigmoid: doubles(value => 1 / (1 + Math.exp(-value))),
  $atan2: binary((y, x, name) => {
    if (isNullish(y) || isNullish(x)) return null
    const [a, b] = [y, x].map(value => requireNoDecimal(requireNumeric(value, name), name))
    return new Double(Math.atan2(a as number, b as number))
  }),
  $bitAnd: bits(-1n, (a, b) => a & b),
  $bitOr: bits(0n, (a, b) => a | b),
  $bitXor: bits(0n, (a, b) => a ^ b),
  $bitNot: numeric((value, name) => {
    if (isWhole(value)) return fromNumeric({ type: value.type, value: ~value.value })
    throw typeMismatch(`${name} only supports int and long operands, not ${value.type}`)
  }),
}
