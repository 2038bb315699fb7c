import type { Packed } from '../messages.ts'
import { pack, TooLargeError } from '../packing.ts'

/** A result that cannot be told. */
export class ResultError extends Error {
  override readonly name = 'ResultError'
}

const deepest = 100

/** What is wrong, and where, the innermost name first. */
type Fault = { readonly what: string; readonly path: string[] }

const fault = (what: string): Fault => ({ what, path: [] })

const isWhole = (value: object): boolean =>
  '_bsontype' in value || value instanceof Date || ArrayBuffer.isView(value)

const findInside = (value: object, above: object[]): Fault | undefined => {
  above.push(value)
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value)
  for (const key of keys) {
    const found = find((value as Record<string | number, unknown>)[key], above)
    if (found === undefined) continue
    found.path.push(String(key))
    return found
  }
  above.pop()
  return undefined
}

const find = (value: unknown, above: object[]): Fault | undefined => {
  if (typeof value === 'function') return fault('is a function')
  if (typeof value === 'symbol') return fault('is a symbol')
  if (typeof value !== 'object' || value === null) return undefined
  if (value instanceof Date && Number.isNaN(value.getTime())) return fault('is an invalid date')
  if (isWhole(value)) return undefined
  if (Symbol.asyncIterator in value) return fault('is a cursor: return what its toArray() gives')
  if (value instanceof Promise) return fault('is a promise')
  if (above.includes(value)) return fault('is circular')
  if (above.length >= deepest) throw new ResultError('the result is nested too deeply')
  return findInside(value, above)
}

/** @throws ResultError for what extended JSON cannot say */
export const packResult = (value: unknown): Packed => {
  const found = find(value, [])
  if (found !== undefined) {
    const path = found.path.toReversed().join('.')
    throw new ResultError(`${path === '' ? 'the result' : `'${path}' of the result`} ${found.what}`)
  }
  try {
    return pack(value)
  } catch (error) {
    if (error instanceof TooLargeError) throw new ResultError(`the result ${error.message}`)
    throw error
  }
}
