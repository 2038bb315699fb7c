import { DBRef, type Document, deserialize, serialize } from 'bson'
import { DocumentsError } from '../../error.ts'
import { toFields } from './compare.ts'
import { isObject } from './types.ts'

/** MongoDB's own limit on one document. */
export const maxDocumentBytes = 16 * 1024 * 1024

/** How deep arrays and documents may be nested; MongoDB's own limit is about the same. */
export const maxDepth = 200

/**
 * Refuses a value that is nested too deeply (or in a circle).
 *
 * @throws `BadValue` beyond `maxDepth` levels.
 */
export const checkDepth = (value: unknown, depth = 0): void => {
  if (typeof value !== 'object' || value === null) return
  if (depth > maxDepth)
    throw new DocumentsError('BadValue', `nested deeper than ${maxDepth} levels`)
  if (Array.isArray(value)) for (const element of value) checkDepth(element, depth + 1)
  else if (isObject(value))
    for (const name of Object.keys(value)) checkDepth(value[name], depth + 1)
}

/** BSON is written into memory of a fixed size, which is a little more than a document may have. */
const toWriteError = (cause: unknown): DocumentsError =>
  cause instanceof RangeError
    ? new DocumentsError(
        'BSONObjectTooLarge',
        `a document is larger than the limit of ${maxDocumentBytes} bytes`,
        { cause },
      )
    : new DocumentsError('BadValue', cause instanceof Error ? cause.message : String(cause), {
        cause,
      })

/**
 * The document as BSON. Plain numbers become Int32 when whole and in range, else Double; `undefined`
 * becomes null and functions are left out, as the official driver does it.
 *
 * @throws `BadValue` for field names with a zero byte, for malformed vectors, and beyond `maxDepth` levels;
 * `BSONObjectTooLarge` above about 17 MB.
 */
export const toBytes = (document: Document): Uint8Array => {
  checkDepth(document)
  try {
    return serialize(document, { ignoreUndefined: false })
  } catch (cause) {
    throw toWriteError(cause)
  }
}

const referenceMark = Buffer.from('\x02$ref\0')

const withoutReferences = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutReferences)
  const isReference = value instanceof DBRef
  if (!isReference && !isObject(value)) return value
  const fields = isReference ? toFields(value) : value
  for (const name of Object.keys(fields)) {
    if (name !== '__proto__') fields[name] = withoutReferences(fields[name])
  }
  return fields
}

/** The document with every value in its BSON class; a DBRef is the embedded document that it is stored as. */
export const fromBytes = (bytes: Uint8Array): Document => {
  const document = deserialize(bytes, { promoteValues: false, bsonRegExp: true })
  const hasReference =
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(referenceMark) >= 0
  return hasReference ? (withoutReferences(document) as Document) : document
}

/**
 * The document as the official driver hands it out: Int32, Double and safe Long as numbers, regular
 * expressions as `RegExp` unless JavaScript cannot read one of them.
 */
export const fromBytesPromoted = (bytes: Uint8Array): Document => {
  try {
    return deserialize(bytes)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return deserialize(bytes, { bsonRegExp: true })
  }
}
