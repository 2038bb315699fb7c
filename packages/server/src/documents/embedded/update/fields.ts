import type { Document } from 'bson'

/** True for a value that has fields: neither an array nor a BSON value of its own. */
export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !('_bsontype' in value && typeof value._bsontype === 'string') &&
  !(value instanceof Date) &&
  !(value instanceof RegExp) &&
  !(value instanceof Uint8Array)

export const getField = (document: Document, name: string): unknown =>
  Object.hasOwn(document, name) ? document[name] : undefined

/** A copy of the document with one field set; `__proto__` is a name like any other. */
export const withField = (document: Document, name: string, value: unknown): Document => ({
  ...document,
  [name]: value,
})

export const withoutField = (document: Document, name: string): Document => {
  const { [name]: _removed, ...rest } = document
  return rest
}
