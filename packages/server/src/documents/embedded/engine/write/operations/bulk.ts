import type { Document } from 'bson'
import { DocumentsError } from '../../../../error.ts'
import { fromBytes } from '../../../values/bytes.ts'
import type { WriteOutcome, WriteRequest } from '../../messages.ts'
import type { Task, Writer } from '../writer.ts'
import { removeDocuments } from './remove.ts'
import { updateDocuments } from './update.ts'

const runOne = function* (writer: Writer, request: WriteRequest, operation: Document): Task {
  const place = {
    database: request.database,
    collection: request.collection,
    now: request.now,
  }
  const [kind, details] = Object.entries(operation)[0] as [string, Document]
  switch (kind) {
    case 'insertOne':
      writer.rows.insert(
        writer.state.ensure(request.database, request.collection),
        details.document,
      )
      return { inserted: 1 }
    case 'updateOne':
    case 'updateMany':
      return yield* updateDocuments(writer, {
        ...place,
        filter: details.filter,
        update: details.update,
        multi: kind === 'updateMany',
        upsert: details.upsert,
        arrayFilters: details.arrayFilters,
      })
    case 'replaceOne':
      return yield* updateDocuments(writer, {
        ...place,
        filter: details.filter,
        update: details.replacement,
        multi: false,
        upsert: details.upsert,
      })
    case 'deleteOne':
    case 'deleteMany':
      return yield* removeDocuments(writer, {
        ...place,
        filter: details.filter,
        multi: kind === 'deleteMany',
      })
    default:
      throw new DocumentsError('FailedToParse', `unknown bulk operation: ${kind}`)
  }
}

const add = (left: number | undefined, right: number | undefined): number =>
  (left ?? 0) + (right ?? 0)

const sum = (left: WriteOutcome, right: WriteOutcome): WriteOutcome => ({
  inserted: add(left.inserted, right.inserted),
  matched: add(left.matched, right.matched),
  modified: add(left.modified, right.modified),
  deleted: add(left.deleted, right.deleted),
  upserted: add(left.upserted, right.upserted),
})

/**
 * Runs the operations in order. Ordered: the first that is refused ends the bulk. Unordered: all of them are
 * tried, then the first refusal is thrown.
 */
export const runBulk = function* (
  writer: Writer,
  request: WriteRequest,
  { ordered }: { ordered: boolean },
): Task {
  let total: WriteOutcome = sum({}, {})
  let refusal: { readonly error: unknown } | undefined
  for (const bytes of request.documents) {
    try {
      total = sum(total, yield* runOne(writer, request, fromBytes(bytes)))
    } catch (error) {
      if (ordered || !(error instanceof DocumentsError)) throw error
      refusal ??= { error }
    }
    if (writer.budget.spend()) yield
  }
  if (refusal !== undefined) throw refusal.error
  return total
}
