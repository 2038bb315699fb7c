import { badValue } from '../refusal.ts'

/** A piece of a pattern rewritten for JavaScript, and where reading goes on. */
export type Piece = {
  readonly source: string
  readonly next: number
  /** The one character that the piece stands for; a class range may start or end with it. */
  readonly isCharacter: boolean
}

export const cannotRun = (what: string): Error =>
  badValue(`Regular expression uses ${what}, which the embedded engine cannot run`)

const invalid = (why: string): Error => badValue(`Regular expression is invalid: ${why}`)

/** A character that stands for itself, inside and outside of a class. */
export const literal = (character: string): string => {
  if (/[A-Za-z0-9_]/.test(character)) return character
  const code = character.codePointAt(0) as number
  if (code > 0x7f) return character
  return `\\x${code.toString(16).padStart(2, '0')}`
}

const fromCode = (code: number): string => {
  if (!(code <= 0x10ffff)) throw invalid('character code point value in \\x{} is too large')
  return `\\u{${code.toString(16)}}`
}

const horizontal = '\\t\\x20\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000'
const vertical = '\\n-\\r\\x85\\u2028\\u2029'
export const spaces = '\\t-\\r\\x20'

const controls: Record<string, string> = {
  n: '\\n',
  r: '\\r',
  t: '\\t',
  f: '\\f',
  a: '\\x07',
  e: '\\x1b',
}

/** Classes that JavaScript's own would make wider (PCRE's are ASCII) or does not have. */
const sets: Record<string, string> = { s: spaces, h: horizontal, v: vertical }

const coded = (pattern: string, at: number): Piece | undefined => {
  const rest = pattern.slice(at, at + 16)
  const character = (source: string, length: number): Piece => ({
    source,
    next: at + length,
    isCharacter: true,
  })
  const hex = /^x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{0,2}))/.exec(rest)
  if (hex) return character(fromCode(Number.parseInt(hex[1] ?? (hex[2] || '0'), 16)), hex[0].length)
  const octal = /^(?:o\{([0-7]+)\}|(0[0-7]{0,2}))/.exec(rest)
  if (octal)
    return character(fromCode(Number.parseInt(octal[1] ?? octal[2] ?? '0', 8)), octal[0].length)
  const control = /^c([\x20-\x7e])/.exec(rest)
  if (control)
    return character(fromCode((control[1] as string).toUpperCase().charCodeAt(0) ^ 64), 2)
  return undefined
}

const categories = /^(?:C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|Any)$/

const property = (pattern: string, at: number): Piece => {
  const found = /^([pP])(?:\{(\^?)([A-Za-z_&]+)\}|([A-Za-z]))/.exec(pattern.slice(at, at + 64))
  if (!found) throw invalid('malformed \\P or \\p sequence')
  const [whole, letter, not, long, short] = found
  const name = long ?? short ?? ''
  if (name === 'L&') throw cannotRun('\\p{L&}')
  const isNegative = (letter === 'P') !== (not === '^')
  const value = categories.test(name) ? name : `Script=${name}`
  return {
    source: `\\${isNegative ? 'P' : 'p'}{${value}}`,
    next: at + whole.length,
    isCharacter: false,
  }
}

/** What follows a backslash and means the same everywhere in a pattern; `at` is behind the backslash. */
const readAnywhere = (pattern: string, at: number): Piece | undefined => {
  const letter = pattern[at] as string
  const plain = controls[letter]
  if (plain !== undefined) return { source: plain, next: at + 1, isCharacter: true }
  if ('dDwW'.includes(letter)) return { source: `\\${letter}`, next: at + 1, isCharacter: false }
  if (letter === 'p' || letter === 'P') return property(pattern, at)
  const code = coded(pattern, at)
  if (code !== undefined) return code
  if (/[A-Za-z0-9]/.test(letter)) return undefined
  const character = String.fromCodePoint(pattern.codePointAt(at) as number)
  return { source: literal(character), next: at + character.length, isCharacter: true }
}

/** An escape inside `[…]`. */
export const readClassEscape = (pattern: string, at: number): Piece => {
  const letter = pattern[at]
  if (letter === undefined) throw invalid('\\ at end of pattern')
  if (letter === 'b') return { source: '\\x08', next: at + 1, isCharacter: true }
  const set = sets[letter]
  if (set !== undefined) return { source: set, next: at + 1, isCharacter: false }
  if (letter === 'S')
    return { source: '\\x00-\\x08\\x0e-\\x1f!-\\u{10ffff}', next: at + 1, isCharacter: false }
  const octal = /^[0-7]{1,3}/.exec(pattern.slice(at, at + 3))
  if (octal)
    return {
      source: fromCode(Number.parseInt(octal[0], 8)),
      next: at + octal[0].length,
      isCharacter: true,
    }
  const piece = readAnywhere(pattern, at)
  if (piece === undefined) throw cannotRun(`\\${letter} in a class`)
  return piece
}

const assertions: Record<string, string> = {
  b: '\\b',
  B: '\\B',
  A: '^',
  G: '^',
  z: '$',
  Z: '(?=\\n?$)',
  R: `(?:\\r\\n|[${vertical}])`,
  N: '[^\\n]',
  E: '',
}

const backreference = (pattern: string, at: number, captures: number): Piece | undefined => {
  const rest = pattern.slice(at, at + 140)
  const named = /^(?:k<(\w+)>|k'(\w+)'|k\{(\w+)\}|g\{([A-Za-z_]\w*)\})/.exec(rest)
  if (named) {
    const name = named[1] ?? named[2] ?? named[3] ?? named[4]
    return { source: `\\k<${name}>`, next: at + named[0].length, isCharacter: false }
  }
  const numbered = /^(?:g\{([1-9]\d?)\}|g([1-9]\d?)|([1-9]\d*))/.exec(rest)
  if (!numbered) return undefined
  const [whole, braced, bare, plain] = numbered
  const next = at + whole.length
  const number = Number(braced ?? bare ?? plain)
  const isReference = plain === undefined || number < 10 || number <= captures
  if (isReference) return { source: `(?:\\${number})`, next, isCharacter: false }
  // PCRE reads a number that is no group's as the code of a character, in octal.
  const octal = /^[0-7]{1,3}/.exec(whole)
  if (!octal) throw cannotRun(`\\${whole}`)
  return {
    source: fromCode(Number.parseInt(octal[0], 8)),
    next: at + octal[0].length,
    isCharacter: true,
  }
}

/** An escape outside of a class; `at` is behind the backslash, behind so many groups that capture. */
export const readEscape = (pattern: string, at: number, captures: number): Piece => {
  const letter = pattern[at]
  if (letter === undefined) throw invalid('\\ at end of pattern')
  const assertion = assertions[letter]
  if (assertion !== undefined) return { source: assertion, next: at + 1, isCharacter: false }
  const set = sets[letter.toLowerCase()]
  if (set !== undefined) {
    const negation = letter === letter.toLowerCase() ? '' : '^'
    return { source: `[${negation}${set}]`, next: at + 1, isCharacter: false }
  }
  const piece = backreference(pattern, at, captures) ?? readAnywhere(pattern, at)
  if (piece === undefined) throw cannotRun(`\\${letter}`)
  return piece
}
