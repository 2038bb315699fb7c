import type { Document } from 'bson'
import type { Sort } from '../../../../documents.ts'
import { findTarget, forEachTarget } from '../targets.ts'
import type { Step, Task, Writer } from '../writer.ts'

export type RemoveRequest = {
  readonly database: string
  readonly collection: string
  readonly filter: Document
  readonly multi: boolean
  readonly sort?: Sort | undefined
}

/** Deletes the first document that matches and answers it. */
export const removeFirst = function* (
  writer: Writer,
  { database, collection, filter, sort }: RemoveRequest,
): Step<Document | undefined> {
  const entry = writer.state.find(database, collection)
  if (entry === undefined) return undefined
  const target = yield* findTarget(writer, entry, { filter, sort })
  if (target === undefined) return undefined
  writer.rows.remove(writer.state.get(database, collection), target)
  return target.doc
}

export const removeDocuments = function* (writer: Writer, request: RemoveRequest): Task {
  if (!request.multi) {
    return { deleted: (yield* removeFirst(writer, request)) === undefined ? 0 : 1 }
  }
  const { database, collection, filter } = request
  const entry = writer.state.find(database, collection)
  let deleted = 0
  if (entry === undefined) return { deleted }
  yield* forEachTarget(writer, entry, {
    filter,
    visit: target => {
      writer.rows.remove(writer.state.get(database, collection), target)
      deleted += 1
    },
  })
  return { deleted }
}
