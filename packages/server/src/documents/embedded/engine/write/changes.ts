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
    updated: (collection, before, after) =>
      log({
        operationType: 'update',
        ns: namespace(collection),
        documentKey: { _id: after._id },
        updateDescription: differenceOf(before, after),
      }),
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
