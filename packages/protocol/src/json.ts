/** How much JSON one text may hold. */
export type JsonLimits = {
  /** Objects and arrays inside each other. Default 100, as MongoDB's documents. */
  readonly maxDepth?: number
  /** Values in all, keys not counted. Default 100,000. */
  readonly maxValues?: number
}

/** Says what is wrong with a JSON text, in words fit for the one who sent it. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
}

const quote = 34
const backslash = 92
const comma = 44
const colon = 58
const openBrace = 123
const closeBrace = 125
const openBracket = 91
const closeBracket = 93

/** Index of the quote that ends the string starting at `start`; the text's length when none does. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at
  }
  return text.length
}

const nameOf = (text: string, start: number, end: number): string => {
  const raw = text.slice(start + 1, end)
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw
  }
}

const shown = (key: string): string => JSON.stringify(key.slice(0, 64))

/** One pass over the text, before it is parsed, so that nothing deep or huge is ever built. */
const checkStructure = (text: string, maxDepth: number, maxValues: number): void => {
  const keys: (Set<string> | undefined)[] = []
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at)
      const names = keys[keys.length - 1]
      if (names && isFollowedByColon(text, end)) addKey(names, nameOf(text, at, end))
      at = end
    } else if (code === openBrace || code === openBracket) {
      if (keys.length >= maxDepth) throw new JsonError(`nested deeper than ${maxDepth} levels`)
      keys.push(code === openBrace ? new Set() : undefined)
      values++
    } else if (code === closeBrace || code === closeBracket) {
      keys.pop()
    } else if (code === comma && ++values > maxValues) {
      throw new JsonError(`more than ${maxValues} values`)
    }
  }
}

const isFollowedByColon = (text: string, end: number): boolean => {
  for (let at = end + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === colon) return true
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return false
  }
  return false
}

const addKey = (names: Set<string>, key: string): void => {
  if (key === '__proto__') throw new JsonError('key "__proto__" is not allowed')
  if (names.has(key)) throw new JsonError(`key ${shown(key)} stands there twice`)
  names.add(key)
}

/** Path of the first string (or key) that is not valid Unicode; depth is bounded by `checkStructure`. */
const loneSurrogateAt = (value: unknown, path: string): string | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : path
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (!key.isWellFormed()) return `${path}.${key.toWellFormed()}`
    const found = loneSurrogateAt(inner, path === '' ? key : `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Parses JSON that somebody else wrote: bounded in depth and size, no key twice, no `__proto__`, no lone
 * surrogates, so that what was checked is what is stored.
 *
 * @throws JsonError
 */
export const parseJson = (
  text: string,
  { maxDepth = 100, maxValues = 100_000 }: JsonLimits = {},
): unknown => {
  checkStructure(text, maxDepth, maxValues)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new JsonError('not valid JSON', { cause })
  }
  if (/\\ud/i.test(text) || !text.isWellFormed()) {
    const path = loneSurrogateAt(value, '')
    if (path !== undefined) throw new JsonError(`string at '${path}' is not valid Unicode`)
  }
  return value
}
