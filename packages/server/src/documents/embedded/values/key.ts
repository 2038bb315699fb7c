import type { Code, Document, ObjectId, Timestamp } from 'bson'
import type { Sort } from '../../documents.ts'
import { toBinary, toFields, toMs, toRegex, toText } from './compare.ts'
import { indexValues } from './index-values.ts'
import { writeNumber } from './key-numbers.ts'
import { KeyWriter } from './key-writer.ts'
import { type Numeric, toNumeric } from './numbers.ts'
import { parsePath } from './path.ts'
import { rankOf, type TypeCode, typeCode, typeCodes } from './types.ts'

// A key is a row of values. Each begins with the byte of its type's rank, 1 to 254, and no value's bytes are
// the beginning of another's, so that keys may be joined, and turned round by inverting their bytes.

const rankByte = (code: TypeCode): number => rankOf(code) + 2

const endOfList = 0

type WritePayload = (writer: KeyWriter, value: unknown) => void

const writeFields: WritePayload = (writer, value) => {
  const fields = toFields(value)
  for (const name of Object.keys(fields)) {
    const field: unknown = fields[name]
    const code = typeCode(field)
    writer.byte(rankByte(code))
    writer.text(name)
    payloads[code]?.(writer, field)
  }
  writer.byte(endOfList)
}

const writeNumeric: WritePayload = (writer, value) =>
  writeNumber(writer, toNumeric(value) as Numeric)

const writeText: WritePayload = (writer, value) => writer.text(toText(value))

const writeArray: WritePayload = (writer, value) => {
  for (const element of value as unknown[]) writeValue(writer, element)
  writer.byte(endOfList)
}

const writeBinary: WritePayload = (writer, value) => {
  const { bytes, subtype } = toBinary(value)
  writer.uint32(bytes.length)
  writer.byte(subtype)
  writer.bytes(bytes)
}

const writeTimestamp: WritePayload = (writer, value) => {
  writer.uint32((value as Timestamp).high)
  writer.uint32((value as Timestamp).low)
}

const writeRegex: WritePayload = (writer, value) => {
  const { pattern, options } = toRegex(value)
  writer.text(pattern)
  writer.text(options)
}

const writeScopedCode: WritePayload = (writer, value) => {
  writer.text((value as Code).code)
  writeFields(writer, (value as Code).scope ?? {})
}

/** By type number; null, undefined, MinKey and MaxKey are their rank alone. */
const payloads: { readonly [code: number]: WritePayload } = {
  [typeCodes.int]: writeNumeric,
  [typeCodes.double]: writeNumeric,
  [typeCodes.long]: writeNumeric,
  [typeCodes.decimal]: writeNumeric,
  [typeCodes.string]: writeText,
  [typeCodes.symbol]: writeText,
  [typeCodes.object]: writeFields,
  [typeCodes.array]: writeArray,
  [typeCodes.binData]: writeBinary,
  [typeCodes.objectId]: (writer, value) => writer.bytes((value as ObjectId).id),
  [typeCodes.bool]: (writer, value) => writer.byte(value ? 1 : 0),
  [typeCodes.date]: (writer, value) => writer.uint64(BigInt(toMs(value)) + (1n << 63n)),
  [typeCodes.timestamp]: writeTimestamp,
  [typeCodes.regex]: writeRegex,
  [typeCodes.javascript]: (writer, value) => writer.text((value as Code).code),
  [typeCodes.javascriptWithScope]: writeScopedCode,
}

const writeValue = (writer: KeyWriter, value: unknown): void => {
  const code = typeCode(value)
  writer.byte(rankByte(code))
  payloads[code]?.(writer, value)
}

const writer = new KeyWriter()

const encodeRow = (values: readonly unknown[], isDescending: readonly boolean[]): Uint8Array => {
  writer.start()
  for (let at = 0; at < values.length; at += 1) {
    const start = writer.length
    writeValue(writer, values[at])
    if (isDescending[at]) writer.invertFrom(start)
  }
  return writer.finish()
}

/**
 * Writes values as bytes whose order is that of `compareValues`, field by field, a field of direction -1
 * the other way round. Values that compare as equal have equal bytes, whatever their types.
 *
 * The key of a row is the keys of its fields joined, and no key of as many fields is the beginning of
 * another, so that the keys of the first fields are a prefix to search by. The first byte of a field's key
 * is its type's place in the order.
 */
export const encodeKey = (
  values: readonly unknown[],
  directions: readonly (1 | -1)[],
): Uint8Array =>
  encodeRow(
    values,
    directions.map(direction => direction === -1),
  )

/** The beginning that the keys of all strings with this beginning have, for a search by prefix. */
export const encodeTextPrefix = (text: string, direction: 1 | -1): Uint8Array => {
  writer.start()
  writer.byte(rankByte(typeCodes.string))
  writer.textWithoutEnd(text)
  if (direction === -1) writer.invertFrom(0)
  return writer.finish()
}

/** Prepares `indexKeys` for one index. */
export const compileIndexKeys = (pattern: Sort): ((document: Document) => Uint8Array[]) => {
  const paths = Object.keys(pattern).map(parsePath)
  const isDescending = Object.values(pattern).map(direction => Number(direction) < 0)
  return document => {
    const rows = indexValues(document, paths)
    if (rows.length === 1) return [encodeRow(rows[0] as unknown[], isDescending)]
    const keys = new Map<string, Uint8Array>()
    for (const row of rows) {
      const key = encodeRow(row, isDescending)
      keys.set(Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1'), key)
    }
    return [...keys.values()]
  }
}

/**
 * The keys under which an index holds a document, each once: one, or one for each element of an array. A
 * missing field counts as null, an empty array as `undefined`.
 *
 * @throws `BadValue` when two fields of the pattern are different arrays.
 */
export const indexKeys = (document: Document, pattern: Sort): Uint8Array[] =>
  compileIndexKeys(pattern)(document)
