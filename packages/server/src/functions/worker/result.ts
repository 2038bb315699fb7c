import type { Packed } from '../messages.ts'
import { isTooLarge, pack } from '../packing.ts'

/** A result that cannot be told. */
export class ResultError extends Error {
  override readonly name = 'ResultError'
}

const deepest = 100

const kinds: Readonly<Record<string, string>> = { function: 'a function', symbol: 'a symbol' }

const check = (value: unknown, path: string, above: readonly object[]): void => {
  const at = path === '' ? 'the result' : `'${path}' of the result`
  const kind = kinds[typeof value]
  if (kind !== undefined) throw new ResultError(`${at} is ${kind}`)
  if (typeof value !== 'object' || value === null) return
  if (above.includes(value)) throw new ResultError(`${at} is circular`)
  if (above.length >= deepest) throw new ResultError(`the result is nested too deeply`)
  if (value instanceof Promise) throw new ResultError(`${at} is a promise`)
  if ('_bsontype' in value || value instanceof Date || ArrayBuffer.isView(value)) return
  const inside = [...above, value]
  for (const key of Object.keys(value)) {
    check((value as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, inside)
  }
}

/** @throws ResultError for what extended JSON cannot say */
export const packResult = (value: unknown): Packed => {
  check(value, '', [])
  const packed = pack(value)
  if (isTooLarge(packed)) throw new ResultError('the result is larger than 16 MiB')
  return packed
}
