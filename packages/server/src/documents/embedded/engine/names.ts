import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { maxDocumentBytes } from '../values/bytes.ts'
import { typeName } from '../values/compare.ts'

/** @throws `InvalidNamespace` for names that MongoDB refuses as well. */
export const checkDatabaseName = (name: string): string => {
  const isValid =
    typeof name === 'string' &&
    name.length > 0 &&
    Buffer.byteLength(name) < 64 &&
    !/[\s./\\"$*<>:|?\0]/.test(name)
  if (!isValid) {
    throw new DocumentsError('InvalidNamespace', `invalid database name: ${JSON.stringify(name)}`)
  }
  return name
}

/** @throws `InvalidNamespace` for names that MongoDB refuses, and for every `system.` name. */
export const checkCollectionName = (name: string): string => {
  const isValid =
    typeof name === 'string' &&
    name.length > 0 &&
    Buffer.byteLength(name) <= 200 &&
    !/[$\0]/.test(name) &&
    !name.startsWith('.') &&
    !name.endsWith('.') &&
    !name.includes('..') &&
    !name.startsWith('system.')
  if (!isValid) {
    throw new DocumentsError('InvalidNamespace', `invalid collection name: ${JSON.stringify(name)}`)
  }
  return name
}

/** @throws `BadValue` when `document._id` is of a type that cannot identify a document. */
export const checkId = (document: Document): void => {
  const type = typeName(document._id)
  if (['array', 'regex', 'undefined', 'missing'].includes(type)) {
    throw new DocumentsError('BadValue', `The '_id' value cannot be of type ${type}`)
  }
}

/** @throws `BSONObjectTooLarge` above 16 MB. */
export const checkSize = (bytes: Uint8Array): Uint8Array => {
  if (bytes.byteLength > maxDocumentBytes) {
    throw new DocumentsError(
      'BSONObjectTooLarge',
      `a document of ${bytes.byteLength} bytes is larger than the limit of ${maxDocumentBytes}`,
    )
  }
  return bytes
}
