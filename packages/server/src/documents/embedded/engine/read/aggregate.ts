import type { Document } from 'bson'
import { compilePipeline } from '../../aggregate/pipeline.ts'
import { fromBytes, toBytes } from '../../values/bytes.ts'
import type { CollectionEntry } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { openCursor } from '../plan/cursor.ts'
import { eachMatch } from './find.ts'
import type { Meter } from './meter.ts'
import type { Snapshot } from './snapshot.ts'

export type AggregateRequest = {
  readonly database: string
  readonly collection: string
  readonly pipeline: readonly Document[]
  readonly now: Date
}

const allDocuments = function* (
  connection: Connection,
  collection: CollectionEntry,
): Generator<Document> {
  const plan = { kind: 'all', isSorted: false, isReverse: false } as const
  const cursor = openCursor(connection, collection, plan)
  try {
    for (let row = cursor.next(); row !== undefined; row = cursor.next()) yield fromBytes(row.doc)
  } finally {
    cursor.pause()
  }
}

const documentsOf = function* (iterable: Iterable<{ readonly doc: Document }>) {
  for (const { doc } of iterable) yield doc
}

/** What the pipeline makes of the collection; a match and an order at its start use the collection's indexes. */
export const aggregate = (
  { snapshot, meter }: { snapshot: Snapshot; meter: Meter },
  { database, collection, pipeline, now }: AggregateRequest,
): Uint8Array[] => {
  const { connection } = snapshot
  const { start, run } = compilePipeline(pipeline)
  const entry = snapshot.find(database, collection)
  const source =
    entry === undefined
      ? []
      : documentsOf(
          eachMatch(
            { connection, collection: entry, meter },
            {
              filter: start.filter ?? {},
              sort: start.sort,
              limit: start.sort === undefined ? 0 : (start.limit ?? 0),
            },
          ),
        )
  const read = (name: string): Iterable<Document> => {
    const other = snapshot.find(database, name)
    return other === undefined ? [] : allDocuments(connection, other)
  }

  const answers: Uint8Array[] = []
  for (const doc of run(source, { now, read, examined: meter.examined })) {
    const bytes = toBytes(doc)
    meter.given(bytes.length)
    answers.push(bytes)
  }
  return answers
}
