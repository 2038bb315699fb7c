import { type Document, Double, Int32, Long } from 'bson'
import type { Sort } from '../../documents/documents.ts'
import { AppError } from '../../errors.ts'

const wrong = (name: string, detail: string): AppError =>
  new AppError('fieldInvalid', { detail: `'${name}' ${detail}` })

/** True for an object that stands for itself, rather than for a value such as a date. */
export const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** The number that stands for a BSON number; `undefined` for anything else, and for a `Long` beyond 2^53. */
export const toNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (!(value instanceof Long)) return undefined
  const number = value.toNumber()
  return Number.isSafeInteger(number) ? number : undefined
}

/** @throws `fieldInvalid` */
export const readDocument = (name: string, value: unknown): Document => {
  if (!isDocument(value)) throw wrong(name, 'must be a document')
  return value
}

/** @throws `fieldInvalid` */
export const readDocuments = (name: string, value: unknown): Document[] => {
  if (!Array.isArray(value)) throw wrong(name, 'must be a list of documents')
  return value.map((item, at) => readDocument(`${name}.${at}`, item))
}

/** @throws `fieldInvalid` */
export const readText = (name: string, value: unknown): string => {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) {
    throw wrong(name, 'must be a text that is not empty')
  }
  return value
}

/** @throws `fieldInvalid` */
export const readFlag = (name: string, value: unknown): boolean => {
  if (typeof value !== 'boolean') throw wrong(name, 'must be true or false')
  return value
}

/** How many documents. @throws `fieldInvalid` */
export const readCount = (name: string, value: unknown): number => {
  const count = toNumber(value)
  if (count === undefined || !Number.isSafeInteger(count) || count < 0) {
    throw wrong(name, 'must be a whole number that is not negative')
  }
  return count
}

const mostSortFields = 32

/** @throws `fieldInvalid` */
export const readSort = (name: string, value: unknown): Sort => {
  const entries = Object.entries(readDocument(name, value))
  if (entries.length > mostSortFields)
    throw wrong(name, `must have at most ${mostSortFields} fields`)
  return Object.fromEntries(
    entries.map(([field, direction]): [string, 1 | -1] => {
      const number = toNumber(direction)
      if (field === '' || field.startsWith('$')) throw wrong(`${name}.${field}`, 'is not a field')
      if (number !== 1 && number !== -1) throw wrong(`${name}.${field}`, 'must be 1 or -1')
      return [field, number]
    }),
  )
}
