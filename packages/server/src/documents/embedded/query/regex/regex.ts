import type { BSONRegExp } from 'bson'
import { toRegex } from '../../values/compare.ts'
import type { Test } from '../../values/path.ts'
import { typeCode, typeCodes } from '../../values/types.ts'
import { badValue } from '../refusal.ts'
import { translateRegex } from './translate.ts'

export const isRegex = (value: unknown): value is BSONRegExp | RegExp =>
  typeCode(value) === typeCodes.regex

type Pattern = { readonly pattern: string; readonly options: string }

const compilePattern = ({ pattern, options }: Pattern): RegExp => {
  for (const flag of options)
    if (!'imsxu'.includes(flag)) throw badValue(`invalid flag in regex options: ${flag}`)
  if (pattern.includes('\0'))
    throw badValue('Regular expression cannot contain an embedded null byte')
  return translateRegex(pattern, options)
}

/** True for strings (and symbols) in which the expression finds something, and for the same expression stored. */
export const matchesRegex = (regex: Pattern): Test => {
  const expression = compilePattern(regex)
  const isStored = (value: unknown): boolean => {
    const { pattern, options } = toRegex(value)
    return pattern === regex.pattern && options === regex.options
  }
  return value => {
    if (typeof value === 'string') return expression.test(value)
    if (typeof value !== 'object' || value === null) return false
    const code = typeCode(value)
    if (code === typeCodes.symbol) return expression.test((value as { value: string }).value)
    return code === typeCodes.regex && isStored(value)
  }
}

/** `/pattern/options` as a filter's value. */
export const regexTest = (value: unknown): Test => matchesRegex(toRegex(value))

const readOptions = (options: unknown): string => {
  if (typeof options !== 'string') throw badValue('$options has to be a string')
  return [...new Set(options)].toSorted().join('')
}

/** `{ $regex, $options }`. */
export const readRegex = (regex: unknown, options: unknown): Pattern => {
  if (typeof regex === 'string')
    return { pattern: regex, options: options === undefined ? '' : readOptions(options) }
  if (!isRegex(regex)) throw badValue('$regex has to be a string')
  const own = toRegex(regex)
  if (options === undefined) return own
  if (own.options !== '') throw badValue('options set in both $regex and $options')
  return { pattern: own.pattern, options: readOptions(options) }
}
