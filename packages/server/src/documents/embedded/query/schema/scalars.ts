import { compareNumeric, type Numeric, toDecimal, toNumeric } from '../../values/numbers.ts'
import { badValue } from '../refusal.ts'
import { matchesRegex } from '../regex/regex.ts'
import { type Keyword, requireBoolean, requireCount, requireNumber } from './keyword.ts'

const limit =
  (name: 'minimum' | 'maximum', exclusive: 'exclusiveMinimum' | 'exclusiveMaximum'): Keyword =>
  (argument, { schema }) => {
    const bound = requireNumber(name, argument)
    const isExclusive = schema[exclusive] === true
    const sign = name === 'minimum' ? 1 : -1
    return value => {
      const numeric = toNumeric(value)
      if (numeric === undefined) return true
      if (Number.isNaN(numeric) !== Number.isNaN(bound)) return false
      const order = compareNumeric(numeric, bound) * sign
      return isExclusive ? order > 0 : order >= 0
    }
  }

const exclusive =
  (name: string, beside: string): Keyword =>
  (argument, { schema }) => {
    requireBoolean(name, argument)
    if (!Object.hasOwn(schema, beside))
      throw badValue(`$jsonSchema keyword '${name}' needs '${beside}' beside it`)
    return undefined
  }

const isMultiple = (value: Numeric, step: Numeric): boolean => {
  if (typeof value === 'number' && !Number.isFinite(value)) return false
  const dividend = toDecimal(value)
  const divisor = toDecimal(step)
  const exponent = Math.min(dividend.exponent, divisor.exponent)
  const scaled = (part: { digits: bigint; exponent: number }): bigint =>
    part.digits * 10n ** BigInt(part.exponent - exponent)
  return scaled(dividend) % scaled(divisor) === 0n
}

const multipleOf: Keyword = argument => {
  const step = requireNumber('multipleOf', argument)
  if (!(compareNumeric(step, 0) > 0) || step === Infinity)
    throw badValue("$jsonSchema keyword 'multipleOf' must be greater than 0")
  return value => {
    const numeric = toNumeric(value)
    return numeric === undefined || isMultiple(numeric, step)
  }
}

const codePoints = (text: string): number => {
  let count = 0
  for (const _ of text) count += 1
  return count
}

const minLength: Keyword = argument => {
  const least = requireCount('minLength', argument)
  return value => typeof value !== 'string' || codePoints(value) >= least
}

const maxLength: Keyword = argument => {
  const most = requireCount('maxLength', argument)
  return value => typeof value !== 'string' || codePoints(value) <= most
}

const pattern: Keyword = argument => {
  if (typeof argument !== 'string') throw badValue("$jsonSchema keyword 'pattern' must be a string")
  const matches = matchesRegex({ pattern: argument, options: '' })
  return value => typeof value !== 'string' || matches(value)
}

export const scalarKeywords: readonly (readonly [string, Keyword])[] = [
  ['minimum', limit('minimum', 'exclusiveMinimum')],
  ['maximum', limit('maximum', 'exclusiveMaximum')],
  ['exclusiveMinimum', exclusive('exclusiveMinimum', 'minimum')],
  ['exclusiveMaximum', exclusive('exclusiveMaximum', 'maximum')],
  ['multipleOf', multipleOf],
  ['minLength', minLength],
  ['maxLength', maxLength],
  ['pattern', pattern],
]
