import { Int32 } from 'bson'
import { compareStrings } from '../../values/compare.ts'
import { toNumeric } from '../numbers/number.ts'
import { typeName } from '../type-name.ts'
import { requireBound, requireWhole } from './arrays.ts'
import { dateToIsoText } from './dates/format.ts'
import { checkCharacters, checkElements } from './growth.ts'
import {
  badValue,
  binary,
  type Expression,
  isNullish,
  type Operators,
  readArguments,
  readNamed,
  typeMismatch,
  unary,
  variadic,
} from './scope.ts'

/** What string operators take for a string: null is empty, numbers and dates are written out. */
const coerced = (value: unknown, name: string): string => {
  if (isNullish(value)) return ''
  if (typeof value === 'string') return value
  if (value instanceof Date) return dateToIsoText(value)
  if (toNumeric(value) !== undefined) return String(value)
  throw badValue(`can't convert from BSON type ${typeName(value)} to String in ${name}`)
}

// MongoDB changes the case of ASCII letters only.
const upper = (text: string): string => text.replace(/[a-z]+/g, letters => letters.toUpperCase())
const lower = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

const requireString = (value: unknown, what: string): string => {
  if (typeof value === 'string') return value
  throw typeMismatch(`${what} requires a string argument, found: ${typeName(value)}`)
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8')

const concat = (values: readonly unknown[]): unknown => {
  if (values.some(isNullish)) return null
  let characters = 0
  const texts = values.map(value => {
    if (typeof value !== 'string') {
      throw typeMismatch(`$concat only supports strings, not ${typeName(value)}`)
    }
    characters += value.length
    return value
  })
  checkCharacters(characters, '$concat')
  return texts.join('')
}

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && (byte & 0xc0) === 0x80

const substringOfBytes = (
  value: unknown,
  start: unknown,
  length: unknown,
  name: string,
): string => {
  const bytes = bytesOf(coerced(value, name))
  const from = requireWhole(start, `${name}: starting index`)
  const count = requireWhole(length, `${name}: length`)
  if (from < 0) throw badValue(`${name}: starting index must be non-negative (got: ${from})`)
  if (from >= bytes.length) return ''
  const to = count < 0 ? bytes.length : Math.min(bytes.length, from + count)
  if (isContinuation(bytes[from]) || isContinuation(bytes[to])) {
    throw badValue(`${name}: Invalid range, a boundary is in the middle of a UTF-8 character.`)
  }
  return bytes.subarray(from, to).toString('utf8')
}

const substringOfCharacters = (value: unknown, start: unknown, length: unknown): string => {
  const from = requireWhole(start, '$substrCP: starting index')
  const count = requireWhole(length, '$substrCP: length')
  if (from < 0 || count < 0) {
    throw badValue('$substrCP: starting index and length must be non-negative integers')
  }
  return [...coerced(value, '$substrCP')].slice(from, from + count).join('')
}

const split = (value: unknown, separator: unknown): unknown => {
  if (isNullish(value) || isNullish(separator)) return null
  if (typeof value !== 'string' || typeof separator !== 'string') {
    throw typeMismatch(
      `$split requires strings, found: ${typeName(value)} and ${typeName(separator)}`,
    )
  }
  if (separator === '') throw badValue('$split requires a non-empty separator')
  const parts = value.split(separator)
  checkElements(parts.length, '$split')
  return parts
}

const whitespace =
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'

type Side = 'left' | 'right' | 'both'

const trimmed = (text: string, characters: string, side: Side): string => {
  const taken = new Set(characters)
  const letters = [...text]
  let from = 0
  let to = letters.length
  if (side !== 'right') while (from < to && taken.has(letters[from] as string)) from += 1
  if (side !== 'left') while (to > from && taken.has(letters[to - 1] as string)) to -= 1
  return letters.slice(from, to).join('')
}

const trim =
  (side: Side): Operators[string] =>
  (operand, compile, name) => {
    const { input, chars } = readNamed(operand, compile, {
      name,
      needed: ['input'],
      allowed: ['chars'],
    })
    return scope => {
      const value = input?.(scope)
      const characters = chars === undefined ? whitespace : chars(scope)
      if (isNullish(value) || isNullish(characters)) return null
      return trimmed(requireString(value, name), requireString(characters, name), side)
    }
  }

type Search = { readonly list: readonly unknown[]; readonly name: string }

const searchIn = ({ list, name }: Search, read: (text: string) => Buffer | string[]): unknown => {
  const [text, part, start, end] = list
  if (isNullish(text)) return null
  const letters = read(requireString(text, name))
  const wanted = read(requireString(part, name))
  const from = list.length > 2 ? requireBound(start, 'starting') : 0
  const to = Math.min(
    letters.length,
    list.length > 3 ? requireBound(end, 'ending') : letters.length,
  )
  for (let at = from; at + wanted.length <= to; at += 1) {
    let same = 0
    while (same < wanted.length && letters[at + same] === wanted[same]) same += 1
    if (same === wanted.length) return new Int32(at)
  }
  return new Int32(-1)
}

const search =
  (read: (text: string) => Buffer | string[]): Operators[string] =>
  (operand, compile, name) => {
    const list = readArguments(operand, compile, { name, least: 2, most: 4 })
    return scope => searchIn({ list: list.map(argument => argument(scope)), name }, read)
  }

const replace =
  (change: (text: string, find: string, by: string) => string): Operators[string] =>
  (operand, compile, name) => {
    const named = readNamed(operand, compile, { name, needed: ['input', 'find', 'replacement'] })
    const list = [named.input, named.find, named.replacement] as Expression[]
    return scope => {
      const values = list.map(argument => argument(scope))
      if (values.some(isNullish)) return null
      const [text, find, by] = values.map(value => requireString(value, name))
      return change(text as string, find as string, by as string)
    }
  }

const replaceFirst = (text: string, find: string, by: string): string => {
  checkCharacters(text.length + by.length - find.length, '$replaceOne')
  return text.replace(find, () => by)
}

const replaceAll = (text: string, find: string, by: string): string => {
  if (find === '') return text
  const parts = text.split(find)
  checkCharacters(text.length + (parts.length - 1) * (by.length - find.length), '$replaceAll')
  return parts.join(by)
}

const substringOf =
  (
    take: (value: unknown, start: unknown, length: unknown, name: string) => string,
  ): Operators[string] =>
  (operand, compile, name) => {
    const list = readArguments(operand, compile, { name, least: 3 })
    return scope => {
      const [value, start, length] = list.map(argument => argument(scope))
      return take(value, start, length, name)
    }
  }

const lowered = (value: unknown): string => lower(coerced(value, '$strcasecmp'))

export const strings: Operators = {
  $concat: variadic(concat),
  $toUpper: unary((value, name) => upper(coerced(value, name))),
  $toLower: unary((value, name) => lower(coerced(value, name))),
  $strLenBytes: unary((value, name) => new Int32(bytesOf(requireString(value, name)).length)),
  $strLenCP: unary((value, name) => new Int32([...requireString(value, name)].length)),
  $substr: substringOf(substringOfBytes),
  $substrBytes: substringOf(substringOfBytes),
  $substrCP: substringOf(substringOfCharacters),
  $split: binary(split),
  $trim: trim('both'),
  $ltrim: trim('left'),
  $rtrim: trim('right'),
  $indexOfBytes: search(bytesOf),
  $indexOfCP: search(text => [...text]),
  $strcasecmp: binary(
    (left, right) => new Int32(Math.sign(compareStrings(lowered(left), lowered(right)))),
  ),
  $replaceOne: replace(replaceFirst),
  $replaceAll: replace(replaceAll),
}
