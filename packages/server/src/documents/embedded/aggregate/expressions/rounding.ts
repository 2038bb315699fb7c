import { Double, Int32 } from 'bson'
import { decimalToNumber, type Rounding, roundDecimal } from '../numbers/decimal.ts'
import { fitsInt, fitsLong, fromNumeric, type Numeric, toInteger } from '../numbers/number.ts'
import { requireNumeric } from './arithmetic.ts'
import { badValue, isNullish, type Operator, readArguments, typeMismatch } from './scope.ts'

const halfEven = (value: number): number => {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

const roundings: Record<Rounding, (value: number) => number> = {
  halfEven,
  down: Math.trunc,
  floor: Math.floor,
  ceil: Math.ceil,
}

/** A number rounded at a place after the point, in its own type. */
export const roundAt = (value: Numeric, place: number, rounding: Rounding): unknown => {
  switch (value.type) {
    case 'decimal':
      return fromNumeric({ ...value, value: roundDecimal(value.value, place, rounding) })
    case 'double':
      return new Double(roundDouble(value.value, place, rounding))
    default: {
      if (place >= 0) return fromNumeric(value)
      const rounded = roundDecimal(
        { finite: true, coefficient: value.value, exponent: 0 },
        place,
        rounding,
      )
      const whole = rounded.finite ? rounded.coefficient * 10n ** BigInt(-place) : value.value
      if (!fitsLong(whole)) throw badValue('Invalid conversion: rounding overflowed a long')
      const type = value.type === 'int' && fitsInt(whole) ? 'int' : 'long'
      return fromNumeric({ type, value: whole })
    }
  }
}

const roundDouble = (value: number, place: number, rounding: Rounding): number => {
  if (!Number.isFinite(value)) return value
  if (place === 0) return roundings[rounding](value)
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential())
  if (parts === null) return value
  const [, sign = '', first = '0', rest = '', power = '0'] = parts
  const rounded = roundDecimal(
    {
      finite: true,
      coefficient: BigInt(`${sign}${first}${rest}`),
      exponent: Number(power) - rest.length,
    },
    place,
    rounding,
  )
  return decimalToNumber(rounded)
}

export const rounding =
  (how: Rounding): Operator =>
  (operand, compile, name) => {
    const [input, place] = readArguments(operand, compile, { name, least: 1, most: 2 })
    return scope => {
      const value = input?.(scope)
      const at = place === undefined ? new Int32(0) : place(scope)
      if (isNullish(value) || isNullish(at)) return null
      const digits = Number(toInteger(at) ?? Number.NaN)
      if (Number.isNaN(digits))
        throw typeMismatch('precision argument to  must be a integral value')
      if (digits < -20 || digits > 100) {
        throw badValue(
          `cannot apply ${name} with precision value ${digits} value must be in [-20, 100]`,
        )
      }
      return roundAt(requireNumeric(value, name), digits, how)
    }
  }
