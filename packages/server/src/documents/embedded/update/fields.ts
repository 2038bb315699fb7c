import type { Document } from 'bson'

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
