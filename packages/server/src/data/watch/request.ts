import type { Document } from 'bson'
import { AppError } from '../../errors.ts'
import { isDocument } from '../operations/values.ts'
import { readCollectionName, readDatabaseName } from '../sources/names.ts'

/** What a reader asks for. */
export type WatchRequest = {
  readonly database: string
  readonly collection: string
  /** Only changes of these documents. */
  readonly ids?: readonly unknown[] | undefined
  /** Only change events that meet it, as their reader sees them. */
  readonly filter?: Document | undefined
  /** `_id` of the last event seen. */
  readonly resumeAfter?: Document | undefined
}

const refuse = (field: string, kind: string): never => {
  throw new AppError('fieldInvalid', { detail: `'${field}' must be of type ${kind}` })
}

const isAbsent = (value: unknown): value is undefined | null =>
  value === undefined || value === null

const readDocument = (field: string, value: unknown): Document | undefined => {
  if (isAbsent(value)) return undefined
  return isDocument(value) ? value : refuse(field, 'object')
}

const readList = (field: string, value: unknown): readonly unknown[] | undefined => {
  if (isAbsent(value)) return undefined
  return Array.isArray(value) ? value : refuse(field, 'array')
}

/**
 * The one argument of `watch`.
 *
 * @throws `fieldInvalid`, `fieldMissing`, `namespaceRefused`
 * @see client-protocol of the Realm SDKs: `ids` or `filter`, or neither; `resumeAfter` is ours.
 */
export const readWatchRequest = (args: readonly unknown[]): WatchRequest => {
  const [given] = args
  if (!isDocument(given)) {
    throw new AppError('fieldInvalid', { detail: "'arguments.0' must be a document" })
  }
  return {
    database: readDatabaseName('database', given.database),
    collection: readCollectionName('collection', given.collection),
    ids: readList('ids', given.ids),
    filter: readDocument('filter', given.filter),
    resumeAfter: readDocument('resumeAfter', given.resumeAfter),
  }
}
