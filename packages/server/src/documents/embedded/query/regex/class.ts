import { badValue } from '../refusal.ts'
import { cannotRun, literal, type Piece, readClassEscape, spaces } from './escapes.ts'

const posix: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: spaces,
  blank: '\\t\\x20',
  punct: '!-\\/:-@\\[-`\\{-~',
  cntrl: '\\x00-\\x1f\\x7f',
  graph: '!-~',
  print: '\\x20-~',
  xdigit: 'A-Fa-f0-9',
  word: '\\w',
  ascii: '\\x00-\\x7f',
}

const readItem = (pattern: string, at: number): Piece => {
  const rest = pattern.slice(at, at + 12)
  const named = /^\[:(\^?)(\w+):\]/.exec(rest)
  if (named) {
    const set = posix[named[2] as string]
    if (named[1] === '^' || set === undefined) throw cannotRun(named[0])
    return { source: set, next: at + named[0].length, isCharacter: false }
  }
  if (pattern[at] === '\\') return readClassEscape(pattern, at + 1)
  const character = String.fromCodePoint(pattern.codePointAt(at) as number)
  return { source: literal(character), next: at + character.length, isCharacter: true }
}

/** Reads `[…]`; `start` is behind the bracket that opens it. */
export const readClass = (pattern: string, start: number): Piece => {
  const isNegated = pattern[start] === '^'
  let at = isNegated ? start + 1 : start
  let source = ''
  for (let isFirst = true; ; isFirst = false) {
    if (at >= pattern.length)
      throw badValue('Regular expression is invalid: missing terminating ] for character class')
    if (pattern[at] === ']' && !isFirst) break
    const item = readItem(pattern, at)
    at = item.next
    source += item.source
    const isRange = item.isCharacter && pattern[at] === '-' && (pattern[at + 1] ?? ']') !== ']'
    if (!isRange) continue
    const end = readItem(pattern, at + 1)
    source += `${end.isCharacter ? '-' : '\\x2d'}${end.source}`
    at = end.next
  }
  return { source: `[${isNegated ? '^' : ''}${source}]`, next: at + 1, isCharacter: false }
}
