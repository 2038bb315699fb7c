import type { Document } from 'bson'
import type { AnyBulkWriteOperation, Collection as DriverCollection, WriteError } from 'mongodb'
import type { BulkResult } from '../../documents.ts'
import { DocumentsError, documentsErrorCodes } from '../../error.ts'
import { toDocumentsError } from '../failure.ts'

const nothing: BulkResult = {
  insertedCount: 0,
  matchedCount: 0,
  modifiedCount: 0,
  deletedCount: 0,
  upsertedCount: 0,
}

const isWithWriteErrors = (error: unknown): error is Error & { writeErrors: WriteError[] } =>
  error instanceof Error && error.name === 'MongoBulkWriteError' && 'writeErrors' in error

const valueAt = (document: Document, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Document | undefined)?.[name], document)

/** The driver drops key pattern and value of a refused statement: both are told by the index that the text names. */
const findKey = async (
  collection: DriverCollection,
  message: string,
  document: Document | undefined,
): Promise<{ keyPattern?: Document; keyValue?: Document }> => {
  const index = /index:? '?([^\s']+)/i.exec(message)?.[1]
  if (index === undefined || document === undefined) return {}
  const indexes: Document[] =
    index === '_id_'
      ? [{ name: '_id_', key: { _id: 1 } }]
      : await collection
          .listIndexes()
          .toArray()
          .catch(() => [])
  const keyPattern = indexes.find(({ name }) => name === index)?.key as Document | undefined
  if (keyPattern === undefined) return {}
  const names = Object.keys(keyPattern)
  return {
    keyPattern,
    keyValue: Object.fromEntries(names.map(name => [name, valueAt(document, name) ?? null])),
  }
}

const insertedBy = (operation: AnyBulkWriteOperation | undefined): Document | undefined =>
  operation !== undefined && 'insertOne' in operation ? operation.insertOne.document : undefined

const toError = async (
  collection: DriverCollection,
  operations: readonly AnyBulkWriteOperation[],
  error: Error & { writeErrors: WriteError[] },
): Promise<Error> => {
  const refused = [error.writeErrors].flat()[0]
  if (refused?.code !== documentsErrorCodes.DuplicateKey) return error
  const message = refused.errmsg ?? error.message
  const document = insertedBy(operations[refused.index])
  const key = await findKey(collection, message, document)
  return new DocumentsError('DuplicateKey', message, { cause: error, ...key })
}

/** A refused insert, with key pattern and value also where the server does not tell them. */
export const withKey = async (
  collection: DriverCollection,
  document: Document,
  cause: unknown,
): Promise<DocumentsError> => {
  const error = toDocumentsError(cause)
  if (error.codeName !== 'DuplicateKey' || error.keyPattern !== undefined) return error
  const key = await findKey(collection, error.message, document)
  return new DocumentsError('DuplicateKey', error.message, { cause, ...key })
}

/** The driver would make an `_id` in place of one that is null. */
export const keepIds = { forceServerObjectId: true } as const

/** Runs operations in as few commands as they need. Ordered ones stop at the first that is refused. */
export const runBulk = async (
  collection: DriverCollection,
  operations: readonly AnyBulkWriteOperation[],
  ordered: boolean,
): Promise<BulkResult> => {
  if (operations.length === 0) return nothing
  try {
    const result = await collection.bulkWrite([...operations], { ordered, ...keepIds })
    const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount } = result
    return { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount }
  } catch (error) {
    throw isWithWriteErrors(error) ? await toError(collection, operations, error) : error
  }
}
