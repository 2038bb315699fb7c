import { type Document, ObjectId } from 'bson'
import { fromBytes } from '../../../values/bytes.ts'
import type { WriteRequest } from '../../messages.ts'
import type { Task, Writer } from '../writer.ts'

/** Inserts the documents one by one and stops at the first that is refused. */
export const insertDocuments = function* (
  { state, rows, budget }: Writer,
  { database, collection, documents }: WriteRequest,
): Task {
  let inserted = 0
  for (const bytes of documents) {
    rows.insert(state.ensure(database, collection), fromBytes(bytes), bytes)
    inserted += 1
    if (budget.spend() && inserted < documents.length) yield
  }
  return { inserted }
}

/** The document with `_id` in front, as MongoDB stores it; one is made when there is none. */
export const withId = ({ _id = new ObjectId(), ...fields }: Document): Document => ({
  _id,
  ...fields,
})
