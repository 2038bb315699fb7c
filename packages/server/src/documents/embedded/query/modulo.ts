import { toInt64, toNumeric } from '../values/numbers.ts'
import type { Test } from '../values/path.ts'
import { badValue } from './refusal.ts'

const readWhole = (value: unknown, part: 'divisor' | 'remainder'): bigint => {
  const numeric = toNumeric(value)
  if (numeric === undefined) throw badValue(`malformed mod, ${part} not a number`)
  const whole = toInt64(numeric)
  if (whole === undefined)
    throw badValue(`malformed mod, ${part} value is invalid :: not a 64-bit integer`)
  return whole
}

/** `$mod`: all numbers lose their fraction first; the remainder has the sign of the dividend. */
export const hasRemainder = (argument: unknown): Test => {
  if (!Array.isArray(argument)) throw badValue('malformed mod, needs to be an array')
  if (argument.length < 2) throw badValue('malformed mod, not enough elements')
  if (argument.length > 2) throw badValue('malformed mod, too many elements')
  const divisor = readWhole(argument[0], 'divisor')
  const remainder = readWhole(argument[1], 'remainder')
  if (divisor === 0n) throw badValue('divisor cannot be 0')
  const smallDivisor = Number(divisor)
  const smallRemainder = Number(remainder)
  const isSmall = Number.isSafeInteger(smallDivisor) && Number.isSafeInteger(smallRemainder)
  return value => {
    const numeric = toNumeric(value)
    if (numeric === undefined) return false
    if (isSmall && typeof numeric === 'number' && Number.isSafeInteger(numeric))
      return numeric % smallDivisor === smallRemainder
    const whole = toInt64(numeric)
    return whole !== undefined && whole % divisor === remainder
  }
}
