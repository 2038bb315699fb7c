import { calculateObjectSize, deserialize, serialize } from 'bson'
import type { Packed, PackedList, Primitive } from './messages.ts'

/** What is more than a call may carry: all its arguments, or its result. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/** The library writes beyond the end of its own memory, without a word, when a document is larger than 17 MB. */
const largestBytes = 16 * 1024 * 1024
/** A text that is shorter needs no measuring. */
const surelySmall = largestBytes / 4

const isPrimitive = (value: unknown): value is Primitive =>
  value === null ||
  value === undefined ||
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'boolean'

const options = { ignoreUndefined: true } as const

const checkSize = (bytes: number): void => {
  if (bytes > largestBytes) throw new TooLargeError('is larger than 16 MiB')
}

const checkText = (value: Primitive): void => {
  if (typeof value === 'string' && value.length > surelySmall) checkSize(Buffer.byteLength(value))
}

/** A copy of its own: what `bson` gives may be a part of a larger piece of memory, which would cross as a whole. */
export const toBytes = (document: Readonly<Record<string, unknown>>): Uint8Array => {
  checkSize(calculateObjectSize(document, options))
  return new Uint8Array(serialize(document, options))
}

/** @throws TooLargeError; Error of `bson` for what no BSON says. */
export const pack = (value: unknown): Packed => {
  if (!isPrimitive(value)) return toBytes({ value })
  checkText(value)
  return value
}

/** What `toBytes` has made a document of. */
export const fromBytes = (bytes: Uint8Array): Readonly<Record<string, unknown>> =>
  deserialize(bytes)

/** Numbers come out as JS numbers where they fit, as a `Long` beyond 2^53. */
export const unpack = (packed: Packed): unknown =>
  packed instanceof Uint8Array ? deserialize(packed).value : packed

/** @throws TooLargeError; Error of `bson` for what no BSON says. */
export const packList = (values: readonly unknown[]): PackedList => {
  if (!values.every(isPrimitive)) return toBytes({ values })
  values.forEach(checkText)
  return values
}

export const unpackList = (packed: PackedList): unknown[] =>
  packed instanceof Uint8Array ? deserialize(packed).values : [...packed]

/** As `unpackList`, with every value in its BSON class, so that 1 and 1.0 stay apart. */
export const unpackExact = (packed: PackedList): unknown[] =>
  packed instanceof Uint8Array
    ? deserialize(packed, { promoteValues: false, bsonRegExp: true }).values
    : [...packed]
