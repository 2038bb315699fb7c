import { badValue } from '../refusal.ts'
import { readClass } from './class.ts'
import { cannotRun, literal, readEscape } from './escapes.ts'

type Flags = { readonly i: boolean; readonly m: boolean; readonly s: boolean; readonly x: boolean }

/** A group that is open: its flags on entry, and whether a case wrapper of ours is open in its branch. */
type Group = { readonly outer: Flags; readonly base: Flags; wrapper: '' | '(?i:' | '(?-i:' }

type Reader = {
  readonly pattern: string
  at: number
  out: string
  flags: Flags
  groups: Group[]
  /** Groups that capture, as far as they were opened. */
  captures: number
}

const rest = (reader: Reader, length: number): string =>
  reader.pattern.slice(reader.at, reader.at + length)

const top = (reader: Reader): Group => reader.groups.at(-1) as Group

const withFlags = (flags: Flags, letters: string): Flags => {
  const [on = '', off = ''] = letters.split('-')
  const set = (name: keyof Flags): boolean =>
    (flags[name] || on.includes(name)) && !off.includes(name)
  return { i: set('i'), m: set('m'), s: set('s'), x: set('x') }
}

const openGroup = (reader: Reader, source: string, flags: Flags): void => {
  reader.groups.push({ outer: reader.flags, base: flags, wrapper: '' })
  reader.flags = flags
  reader.out += source
  if (source === '(' || /^\(\?<\w/.test(source)) reader.captures += 1
}

/** `(?i)` holds until the group ends, also in the branches that follow. */
const switchFlags = (reader: Reader, flags: Flags): void => {
  const group = top(reader)
  reader.flags = flags
  const wrapper = flags.i === group.base.i ? '' : flags.i ? '(?i:' : '(?-i:'
  if (wrapper === group.wrapper) return
  reader.out += (group.wrapper === '' ? '' : ')') + wrapper
  group.wrapper = wrapper
}

const readGroup = (reader: Reader): void => {
  const text = rest(reader, 140)
  const plain = /^\((?:\?(?::|=|!|<=|<!))?(?![?*])/.exec(text)
  if (plain) {
    reader.at += plain[0].length
    openGroup(reader, plain[0], reader.flags)
    return
  }
  const named = /^\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/.exec(text)
  if (named) {
    reader.at += named[0].length
    openGroup(reader, `(?<${named[1] ?? named[2]}>`, reader.flags)
    return
  }
  const again = /^\(\?P=([A-Za-z_]\w*)\)/.exec(text)
  if (again) {
    reader.at += again[0].length
    reader.out += `\\k<${again[1]}>`
    return
  }
  if (text.startsWith('(?#')) {
    const end = reader.pattern.indexOf(')', reader.at)
    if (end < 0) throw badValue('Regular expression is invalid: missing ) after comment')
    reader.at = end + 1
    return
  }
  const flagged = /^\(\?([imsx]*(?:-[imsx]*)?)([:)])/.exec(text)
  if (!flagged) throw cannotRun(`'${text.slice(0, 4)}'`)
  reader.at += flagged[0].length
  const flags = withFlags(reader.flags, flagged[1] as string)
  if (flagged[2] === ')') switchFlags(reader, flags)
  else openGroup(reader, flags.i === reader.flags.i ? '(?:' : flags.i ? '(?i:' : '(?-i:', flags)
}

const closeGroup = (reader: Reader): void => {
  const group = reader.groups.pop()
  if (group === undefined || reader.groups.length === 0)
    throw badValue('Regular expression is invalid: unmatched closing parenthesis')
  reader.at += 1
  reader.out += group.wrapper === '' ? ')' : '))'
  reader.flags = group.outer
}

const readQuantifier = (reader: Reader): boolean => {
  const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})([?+]?)/.exec(rest(reader, 32))
  if (!found) return false
  if (found[1] === '+') throw cannotRun(`the possessive quantifier '${found[0]}'`)
  reader.at += found[0].length
  reader.out += found[0]
  return true
}

const skipExtended = (reader: Reader): boolean => {
  const blank = /^(?:[ \t-\r]+|#[^\n]*\n?)/.exec(reader.pattern.slice(reader.at))
  if (!blank) return false
  reader.at += blank[0].length
  return true
}

const readQuoted = (reader: Reader): void => {
  const end = reader.pattern.indexOf('\\E', reader.at)
  const text = reader.pattern.slice(reader.at + 2, end < 0 ? undefined : end)
  for (const character of text) reader.out += literal(character)
  reader.at = end < 0 ? reader.pattern.length : end + 2
}

const readPiece = (reader: Reader): void => {
  const { pattern, at } = reader
  if (pattern.startsWith('\\Q', at)) {
    readQuoted(reader)
    return
  }
  const piece =
    pattern[at] === '[' ? readClass(pattern, at + 1) : readEscape(pattern, at + 1, reader.captures)
  reader.at = piece.next
  reader.out += piece.source
}

// JavaScript's own `m` flag would see line ends where PCRE sees none (\r, U+2028), so it is never used.
const readSimple = (reader: Reader): void => {
  const { flags, pattern, at } = reader
  const character = String.fromCodePoint(pattern.codePointAt(at) as number)
  reader.at += character.length
  if (character === '.') reader.out += flags.s ? '[^]' : '[^\\n]'
  else if (character === '^') reader.out += flags.m ? '(?:^|(?<=\\n)(?=[^]))' : '^'
  else if (character === '$') reader.out += flags.m ? '(?=\\n|$)' : '(?=\\n?$)'
  else if (character === '|') {
    const { wrapper } = top(reader)
    reader.out += wrapper === '' ? '|' : `)|${wrapper}`
  } else reader.out += literal(character)
}

const readNext = (reader: Reader): void => {
  if (reader.flags.x && skipExtended(reader)) return
  const character = reader.pattern[reader.at]
  if (character === '(') readGroup(reader)
  else if (character === ')') closeGroup(reader)
  else if (character === '\\' || character === '[') readPiece(reader)
  else if (!readQuantifier(reader)) readSimple(reader)
}

/** JavaScript takes memory for a pattern that nobody measures, and for a very long one ends the whole process. */
const maxPatternBytes = 32_764

/**
 * Rewrites a PCRE pattern with options out of `imsxu` as a JavaScript expression that finds the same.
 *
 * @throws `BadValue` for a pattern that is wrong, and for what JavaScript has no words for: atomic groups,
 * possessive quantifiers, recursion, conditions, verbs, `\K`, `\X`.
 * @see https://www.pcre.org/current/doc/html/pcre2pattern.html
 */
export const translateRegex = (pattern: string, options: string): RegExp => {
  if (Buffer.byteLength(pattern) > maxPatternBytes) {
    throw badValue('Regular expression is invalid: regular expression is too large')
  }
  const flags = withFlags({ i: false, m: false, s: false, x: false }, options)
  const reader: Reader = {
    pattern,
    at: /^\(\*UTF8?\)/.exec(pattern)?.[0].length ?? 0,
    out: '',
    captures: 0,
    flags,
    groups: [{ outer: flags, base: flags, wrapper: '' }],
  }
  while (reader.at < pattern.length) readNext(reader)
  if (reader.groups.length !== 1)
    throw badValue('Regular expression is invalid: missing closing parenthesis')
  const source = reader.out + (top(reader).wrapper === '' ? '' : ')')
  try {
    return new RegExp(source, flags.i ? 'iu' : 'u')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw badValue(`Regular expression is invalid: ${reason}`)
  }
}
