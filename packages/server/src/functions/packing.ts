import { deserialize, serialize } from 'bson'
import type { Packed, Primitive } from './messages.ts'

/** Largest argument list, and largest result. */
const largestBytes = 16 * 1024 * 1024

const isPrimitive = (value: unknown): value is Primitive =>
  value === null ||
  value === undefined ||
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean'

/** A copy of its own: what `bson` gives may be a part of a larger piece of memory, which would cross as a whole. */
const toBytes = (document: Readonly<Record<string, unknown>>): Uint8Array =>
  new Uint8Array(serialize(document, { ignoreUndefined: true }))

/** @throws Error of `bson` for what no BSON says. */
export const pack = (value: unknown): Packed =>
  isPrimitive(value) ? value : toBytes({ value })

/** Numbers come out as JS numbers where they fit, as a `Long` beyond 2^53. */
export const unpack = (packed: Packed): unknown =>
  packed instanceof Uint8Array ? deserialize(packed).value : packed

export const packList = (values: readonly unknown[]): readonly Primitive[] | Uint8Array =>
  values.every(isPrimitive) ? values : toBytes({ values })

export const unpackList = (packed: readonly Primitive[] | Uint8Array): unknown[] =>
  packed instanceof Uint8Array ? deserialize(packed).values : [...packed]

/** True for more than one call may carry. */
export const isTooLarge = (packed: Packed | readonly Primitive[]): boolean =>
  (packed instanceof Uint8Array ? packed.byteLength : sizeOf(packed)) > largestBytes

const sizeOf = (plain: Primitive | readonly Primitive[]): number => {
  if (typeof plain === 'string') return plain.length
  return Array.isArray(plain) ? plain.reduce((sum: number, one) => sum + sizeOf(one), 0) : 0
}
