import type { Document } from 'bson'
import { compileFilter } from '../../query/matcher.ts'
import { fromBytes, fromBytesPromoted } from '../../values/bytes.ts'
import type { ReadOutcome, ReadRequest } from '../messages.ts'
import { aggregate } from './aggregate.ts'
import { readChanges } from './changes.ts'
import { distinctValues } from './distinct.ts'
import { countDocuments, type FindRequest, findDocuments } from './find.ts'
import type { Meter } from './meter.ts'
import type { Snapshot } from './snapshot.ts'

export type Reading = { readonly snapshot: Snapshot; readonly meter: Meter }

const join = (documents: readonly Uint8Array[]): Uint8Array => {
  const length = documents.reduce((sum, bytes) => sum + bytes.length, 0)
  const joined = new Uint8Array(length)
  let at = 0
  for (const bytes of documents) {
    joined.set(bytes, at)
    at += bytes.length
  }
  return joined
}

const documents = (found: readonly Uint8Array[]): ReadOutcome => ({
  documents: join(found),
  count: found.length,
})

const toFindRequest = (values: Document, plain: Document): FindRequest => ({
  filter: values.filter,
  projection: values.projection,
  sort: plain.sort,
  skip: plain.skip ?? 0,
  limit: plain.limit ?? 0,
  hint: plain.hint,
})

export const runRead = (request: ReadRequest, { snapshot, meter }: Reading): ReadOutcome => {
  const values = fromBytes(request.arguments)
  const plain = fromBytesPromoted(request.arguments)
  const collection = snapshot.find(request.database, request.collection)
  // As MongoDB, a filter that cannot be read is refused even where there is nothing to read.
  if (collection === undefined && values.filter !== undefined) compileFilter(values.filter)
  const source = collection && { connection: snapshot.connection, collection, meter }
  switch (request.operation) {
    case 'find':
      if (source === undefined) return documents([])
      return documents(findDocuments(source, toFindRequest(values, plain)))
    case 'count':
      return {
        documents: new Uint8Array(0),
        count: source === undefined ? 0 : countDocuments(source, toFindRequest(values, plain)),
      }
    case 'distinct':
      if (source === undefined) return documents([])
      return documents(distinctValues(source, { field: plain.field, filter: values.filter }))
    case 'aggregate':
      return documents(
        aggregate(
          { snapshot, meter },
          { ...request, pipeline: values.pipeline, now: new Date(request.now) },
        ),
      )
    case 'changes': {
      const found = readChanges(
        { snapshot, meter },
        {
          ...request,
          now: new Date(request.now),
          log: plain.log,
          after: plain.after,
          pipeline: values.pipeline,
          updateLookup: plain.updateLookup,
          before: plain.before,
        },
      )
      return { documents: join(found.documents), count: found.count }
    }
  }
}
