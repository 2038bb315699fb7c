import { Int32 } from 'bson'
import { translateRegex } from '../../query/regex/translate.ts'
import { toRegex } from '../../values/compare.ts'
import { typeName } from '../type-name.ts'
import {
  badValue,
  type Expression,
  isNullish,
  type Operators,
  readNamed,
  type Scope,
  typeMismatch,
} from './scope.ts'

type Search = {
  readonly text: string | undefined
  readonly regex: RegExp | undefined
}

const readSearch = (
  operand: unknown,
  compile: Parameters<Operators[string]>[1],
  name: string,
): ((scope: Scope) => Search) => {
  const { input, regex, options } = readNamed(operand, compile, {
    name,
    needed: ['input', 'regex'],
    allowed: ['options'],
  }) as { input: Expression; regex: Expression; options?: Expression }
  return scope => {
    const text = input(scope)
    const pattern = regex(scope)
    if (!isNullish(text) && typeof text !== 'string') {
      throw typeMismatch(`${name} needs 'input' to be of type string`)
    }
    return {
      text: text ?? undefined,
      regex: isNullish(pattern) ? undefined : toJavaScript(pattern, options?.(scope), name),
    }
  }
}

const toJavaScript = (pattern: unknown, options: unknown, name: string): RegExp => {
  const isRegex = typeName(pattern) === 'regex'
  if (!isRegex && typeof pattern !== 'string') {
    throw typeMismatch(`${name} needs 'regex' to be of type string or regex`)
  }
  const own = isRegex ? toRegex(pattern) : { pattern: pattern as string, options: '' }
  const flags = typeof options === 'string' ? options : own.options
  if (/[^imsux]/.test(flags)) throw badValue(`${name} invalid flag in regex options: ${flags}`)
  const regex = translateRegex(own.pattern, flags)
  return new RegExp(regex.source, `${regex.flags}g`)
}

const toFound = (match: RegExpMatchArray): Record<string, unknown> => ({
  match: match[0],
  idx: new Int32([...(match.input ?? '').slice(0, match.index)].length),
  captures: match.slice(1).map(capture => capture ?? null),
})

const searching =
  (
    answer: (matches: Iterable<RegExpMatchArray>) => unknown,
    none: () => unknown,
  ): Operators[string] =>
  (operand, compile, name) => {
    const search = readSearch(operand, compile, name)
    return scope => {
      const { text, regex } = search(scope)
      return text === undefined || regex === undefined ? none() : answer(text.matchAll(regex))
    }
  }

const first = (matches: Iterable<RegExpMatchArray>): unknown => {
  for (const match of matches) return toFound(match)
  return null
}

const any = (matches: Iterable<RegExpMatchArray>): boolean => {
  for (const _match of matches) return true
  return false
}

export const regexes: Operators = {
  $regexMatch: searching(any, () => false),
  $regexFind: searching(first, () => null),
  $regexFindAll: searching(
    matches => Array.from(matches, toFound),
    () => [],
  ),
}
