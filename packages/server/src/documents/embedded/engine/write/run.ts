import { fromBytes } from '../../values/bytes.ts'
import type { WriteOutcome, WriteRequest } from '../messages.ts'
import { runBulk } from './operations/bulk.ts'
import { dropCollection, dropDatabase } from './operations/collections.ts'
import { expireDocuments } from './operations/expire.ts'
import { findAndModify } from './operations/find-and-modify.ts'
import { createIndex, dropIndex, readCreateIndex } from './operations/indexes.ts'
import { insertDocuments } from './operations/insert.ts'
import { writeOutput } from './operations/output.ts'
import { removeDocuments } from './operations/remove.ts'
import { updateDocuments } from './operations/update.ts'
import type { Task, Writer } from './writer.ts'

const ping = ({ state }: Writer): WriteOutcome => {
  state.connection
    .statement("INSERT OR REPLACE INTO meta SELECT 'ping', abs(random() % 1000000)")
    .run()
  return {}
}

/** Work that is over in one step. */
// biome-ignore lint/correctness/useYield: a task without a pause
const atOnce = function* (work: () => WriteOutcome): Task {
  return work()
}

/** The work that a request stands for. */
export const toTask = (writer: Writer, request: WriteRequest): Task => {
  const { database, collection, now } = request
  const place = { database, collection, now }
  if (request.operation === 'insert') return insertDocuments(writer, request)
  const values = fromBytes(request.arguments)
  switch (request.operation) {
    case 'update':
      return updateDocuments(writer, {
        ...place,
        filter: values.filter,
        update: values.update,
        multi: values.multi,
        upsert: values.upsert,
        arrayFilters: values.arrayFilters,
      })
    case 'delete':
      return removeDocuments(writer, { ...place, filter: values.filter, multi: values.multi })
    case 'findAndModify':
      return findAndModify(writer, {
        ...place,
        filter: values.filter,
        update: values.update,
        upsert: values.upsert,
        arrayFilters: values.arrayFilters,
        sort: values.sort,
        projection: values.projection,
        returnAfter: values.returnAfter,
      })
    case 'bulk':
      return runBulk(writer, request, { ordered: values.ordered })
    case 'createIndex':
      return createIndex(writer, readCreateIndex(place, values))
    case 'dropIndex':
      return atOnce(() => dropIndex(writer, { ...place, name: values.name }))
    case 'dropCollection':
      return dropCollection(writer, place)
    case 'dropDatabase':
      return dropDatabase(writer, place)
    case 'expire':
      return expireDocuments(writer, place)
    case 'output':
      return writeOutput(writer, request, values.stage)
    case 'ping':
      return atOnce(() => ping(writer))
  }
}
