import type { Document } from 'bson'
import { toBytes } from '../../values/bytes.ts'
import type { CollectionEntry } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { differenceOf } from './difference.ts'

/** Writes the change log: an entry goes into the same commit as the change that it tells of. */
export type ChangeRecorder = {
  inserted(collection: CollectionEntry, doc: Document): void
  updated(collection: CollectionEntry, before: Document, after: Document): void
  replaced(collection: CollectionEntry, after: Document): void
  removed(collection: CollectionEntry, doc: Document): void
  dropped(database: string, collection: string): void
  databaseDropped(database: string): void
  renamed(from: Place, to: Place): void
  /** Drops entries beyond the log's size and age, a bounded number at a time. Answers whether it dropped any. */
  trim(): boolean
}

type Place = { readonly database: string; readonly collection: string }

export type ChangeLogLimits = {
  readonly maxChanges: number
  readonly maxChangeAgeMs: number
}

const nothing = (): void => undefined

/** What stands in for the recorder when nobody wants a log. */
export const noChanges: ChangeRecorder = {
  inserted: nothing,
  updated: nothing,
  replaced: nothing,
  removed: nothing,
  dropped: nothing,
  databaseDropped: nothing,
  renamed: nothing,
  trim: () => false,
}

/** What stood at paths of a difference: those in documents inside each other. A name may hold dots itself. */
const valuesOf = (document: Document, paths: readonly string[]): Document[] =>
  paths.map(path => ({ path, value: valueAt(document, path) }))

const valueAt = (document: Document, path: string): unknown => {
  if (Object.hasOwn(document, path)) return document[path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const inner: unknown = Object.hasOwn(document, path.slice(0, dot))
      ? document[path.slice(0, dot)]
      : undefined
    if (typeof inner !== 'object' || inner === null) continue
    const value = valueAt(inner, path.slice(dot + 1))
    if (value !== undefined) return value
  }
  return undefined
}

const trimmedAtOnce = 1_000

export const recordChanges = (
  connection: Connection,
  { limits, now }: { limits: ChangeLogLimits; now: () => number },
): ChangeRecorder => {
  const log = (event: Document): void => {
    connection.statement('INSERT INTO changes (at, event) VALUES (?, ?)').run(now(), toBytes(event))
  }

  const namespace = ({ database, name }: CollectionEntry): Document => ({
    db: database,
    coll: name,
  })

  return {
    inserted: (collection, doc) => {
      if (collection.name.startsWith('system.')) return
      log({
        operationType: 'insert',
        ns: namespace(collection),
        documentKey: { _id: doc._id },
        fullDocument: doc,
      })
    },
    updated: (collection, before, after) => {
      const updateDescription = differenceOf(before, after)
      const removed = updateDescription.removedFields
      log({
        operationType: 'update',
        ns: namespace(collection),
        documentKey: { _id: after._id },
        updateDescription,
        ...(removed.length > 0 && { removedBeforeChange: valuesOf(before, removed) }),
      })
    },
    replaced: (collection, after) =>
      log({
        operationType: 'replace',
        ns: namespace(collection),
        documentKey: { _id: after._id },
        fullDocument: after,
      }),
    removed: (collection, doc) =>
      log({
        operationType: 'delete',
        ns: namespace(collection),
        documentKey: { _id: doc._id },
        fullDocumentBeforeChange: doc,
      }),
    dropped: (database, collection) =>
      log({ operationType: 'drop', ns: { db: database, coll: collection } }),
    databaseDropped: database => log({ operationType: 'dropDatabase', ns: { db: database } }),
    renamed: (from, to) =>
      log({
        operationType: 'rename',
        ns: { db: from.database, coll: from.collection },
        to: { db: to.database, coll: to.collection },
      }),
    trim: () => {
      const { changes: dropped } = connection
        .statement(
          `DELETE FROM changes WHERE seq IN (
             SELECT seq FROM changes
             WHERE seq <= (SELECT max(seq) FROM changes) - ? OR at < ?
             ORDER BY seq LIMIT ${trimmedAtOnce})`,
        )
        .run(limits.maxChanges, now() - limits.maxChangeAgeMs)
      return dropped !== 0
    },
  }
}
