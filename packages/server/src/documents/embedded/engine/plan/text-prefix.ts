import { typeName } from '../../values/compare.ts'

const literals = /^\^((?:[^\\^$.|?*+()[\]{}]|\\[^0-9A-Za-z])+)/

/** The text that every match of a pattern begins with; `undefined` when the pattern does not say. */
const literalStart = (pattern: string): string | undefined => {
  if (pattern.includes('|')) return undefined
  const start = literals.exec(pattern)?.[1]
  if (start === undefined) return undefined
  const next = pattern[1 + start.length]
  const isRepeated = next === '*' || next === '?' || next === '{'
  const characters = Array.from(start.replace(/\\(.)/gu, '$1'))
  const sure = isRepeated ? characters.slice(0, -1) : characters
  return sure.length === 0 ? undefined : sure.join('')
}

const readPattern = (value: unknown): { pattern: string; options: string } | undefined => {
  if (value instanceof RegExp) return { pattern: value.source, options: value.flags }
  if (typeName(value) !== 'regex') return undefined
  const { pattern, options } = value as { pattern: string; options: string }
  return { pattern, options }
}

/** `undefined` unless the regular expression is one that finds only strings with a certain beginning. */
export const textPrefixOf = (value: unknown): string | undefined => {
  const read = readPattern(value)
  if (read === undefined || read.options !== '') return undefined
  return literalStart(read.pattern)
}
