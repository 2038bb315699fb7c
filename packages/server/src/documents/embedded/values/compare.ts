import {
  Binary,
  type BSONRegExp,
  type BSONSymbol,
  type Code,
  type DBRef,
  type Document,
  Int32,
  type ObjectId,
  type Timestamp,
} from 'bson'
import { compareDoubles, compareNumeric, type Numeric, toNumeric } from './numbers.ts'
import { rankOf, type TypeCode, typeCode, typeCodes } from './types.ts'

export { typeName, typeRank } from './types.ts'

/** Orders strings by their UTF-8 bytes, as MongoDB does without a collation. */
export const compareStrings = (left: string, right: string): number => {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) {
      // A surrogate stands for a code point above U+FFFF, although its unit is smaller than U+E000.
      const aIsPair = a >= 0xd800 && a <= 0xdfff
      const bIsPair = b >= 0xd800 && b <= 0xdfff
      if (aIsPair !== bIsPair) return aIsPair ? (b > 0xdfff ? 1 : a - b) : a > 0xdfff ? -1 : a - b
      return a < b ? -1 : 1
    }
  }
  return left.length < right.length ? -1 : 1
}

/** The text of a string or a BSON symbol. */
export const toText = (value: unknown): string =>
  typeof value === 'string' ? value : (value as BSONSymbol).value

/** The bytes and subtype of a Binary, a Buffer or a Uint8Array. */
export const toBinary = (value: unknown): { bytes: Uint8Array; subtype: number } => {
  if (value instanceof Uint8Array) return { bytes: value, subtype: Binary.SUBTYPE_DEFAULT }
  const binary = value as Binary
  return { bytes: binary.buffer.subarray(0, binary.position), subtype: binary.sub_type }
}

/** Pattern and options of a BSON or JavaScript regular expression; options in alphabetical order. */
export const toRegex = (value: unknown): { pattern: string; options: string } => {
  if (!(value instanceof RegExp)) return value as BSONRegExp
  const options = `${value.ignoreCase ? 'i' : ''}${value.multiline ? 'm' : ''}${value.dotAll ? 's' : ''}`
  return { pattern: value.source, options }
}

/** The fields of an embedded document; of a DBRef those that it is stored as. */
export const toFields = (value: unknown): Document => {
  const reference = value as Partial<DBRef>
  if (reference._bsontype !== 'DBRef' || Object.hasOwn(reference, '_bsontype'))
    return value as Document
  const { collection, oid, db, fields } = value as DBRef
  return { $ref: collection, $id: oid, ...(db === undefined ? {} : { $db: db }), ...fields }
}

/** Milliseconds since 1970 of a Date; 0 for an invalid one, as BSON stores it. */
export const toMs = (value: unknown): number => (value as Date).getTime() || 0

const compareBytes = (left: Uint8Array, right: Uint8Array): number => {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const difference = (left[at] as number) - (right[at] as number)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const compareBinary = (left: unknown, right: unknown): number => {
  const a = toBinary(left)
  const b = toBinary(right)
  return a.bytes.length - b.bytes.length || a.subtype - b.subtype || compareBytes(a.bytes, b.bytes)
}

const compareArrays = (left: readonly unknown[], right: readonly unknown[]): number => {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const order = compareValues(left[at], right[at])
    if (order !== 0) return order
  }
  return left.length - right.length
}

const compareObjects = (left: Document, right: Document): number => {
  const leftNames = Object.keys(left)
  const rightNames = Object.keys(right)
  const length = Math.min(leftNames.length, rightNames.length)
  for (let at = 0; at < length; at += 1) {
    const leftName = leftNames[at] as string
    const rightName = rightNames[at] as string
    const a = left[leftName]
    const b = right[rightName]
    const aCode = typeCode(a)
    const bCode = typeCode(b)
    const order =
      rankOf(aCode) - rankOf(bCode) ||
      compareStrings(leftName, rightName) ||
      compareSameRank(a, b, aCode)
    if (order !== 0) return order
  }
  return leftNames.length - rightNames.length
}

const compareTimestamps = (left: Timestamp, right: Timestamp): number =>
  compareDoubles(left.high >>> 0, right.high >>> 0) ||
  compareDoubles(left.low >>> 0, right.low >>> 0)

const compareSameRank = (left: unknown, right: unknown, code: TypeCode): number => {
  switch (code) {
    case typeCodes.int:
    case typeCodes.double:
    case typeCodes.long:
    case typeCodes.decimal:
      return compareNumeric(toNumeric(left) as Numeric, toNumeric(right) as Numeric)
    case typeCodes.string:
    case typeCodes.symbol:
      return compareStrings(toText(left), toText(right))
    case typeCodes.object:
      return compareObjects(toFields(left), toFields(right))
    case typeCodes.array:
      return compareArrays(left as unknown[], right as unknown[])
    case typeCodes.binData:
      return compareBinary(left, right)
    case typeCodes.objectId:
      return compareObjectIds(left as ObjectId, right as ObjectId)
    case typeCodes.bool:
      return Number(left) - Number(right)
    case typeCodes.date:
      return compareDoubles(toMs(left), toMs(right))
    case typeCodes.timestamp:
      return compareTimestamps(left as Timestamp, right as Timestamp)
    case typeCodes.regex:
      return compareRegexes(toRegex(left), toRegex(right))
    case typeCodes.javascript:
    case typeCodes.javascriptWithScope:
      return compareCode(left as Code, right as Code)
    default:
      return 0
  }
}

const compareObjectIds = (left: ObjectId, right: ObjectId): number =>
  left.equals(right) ? 0 : compareBytes(left.id, right.id)

const compareRegexes = (
  left: { pattern: string; options: string },
  right: { pattern: string; options: string },
): number =>
  compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options)

const compareCode = (left: Code, right: Code): number =>
  compareStrings(left.code, right.code) || compareObjects(left.scope ?? {}, right.scope ?? {})

/**
 * Orders any two BSON values, wrapped or plain, as MongoDB does: negative, 0 or positive.
 *
 * Numbers are compared by exact value whatever their types. `undefined` (missing) comes before null.
 *
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export const compareValues = (left: unknown, right: unknown): number => {
  if (typeof left === 'string' && typeof right === 'string') return compareStrings(left, right)
  if (left instanceof Int32 && right instanceof Int32) return left.value - right.value
  const code = typeCode(left)
  return rankOf(code) - rankOf(typeCode(right)) || compareSameRank(left, right, code)
}

/** True when MongoDB's order puts both values at the same place: 1 equals Long 1 and Decimal128 1.0. */
export const equalValues = (left: unknown, right: unknown): boolean =>
  left === right || compareValues(left, right) === 0
