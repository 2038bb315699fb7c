import type { Document } from 'bson'
import { fromBytes, toBytes } from '../../values/bytes.ts'
import { encodeKey } from '../../values/key.ts'
import type { CollectionEntry, IndexEntry } from '../catalog.ts'
import { checkId, checkSize } from '../names.ts'
import type { ChangeRecorder } from './changes.ts'
import { openIndexRows } from './index-rows.ts'
import type { WriterState } from './state.ts'

/** A document as it lies in its table. */
export type Stored = { readonly rid: number; readonly bytes: Uint8Array; readonly doc: Document }

export type NextDocument = { readonly doc: Document; readonly isReplacement: boolean }

/** Changes of one document with its index rows and its log entry: all of it or nothing. */
export type Rows = {
  insert(collection: CollectionEntry, doc: Document, bytes?: Uint8Array): void
  /** Answers `false`, writing nothing, when the document stays as it is. */
  update(collection: CollectionEntry, stored: Stored, next: NextDocument): boolean
  remove(collection: CollectionEntry, stored: Stored): void
  read(collection: CollectionEntry, rid: number): Stored | undefined
  readById(collection: CollectionEntry, id: unknown): Stored | undefined
  /** Adds the keys of a document that is in the collection already. */
  addToIndex(collection: CollectionEntry, index: IndexEntry, stored: Omit<Stored, 'bytes'>): void
}

const isEqualBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  Buffer.compare(left, right) === 0

export const openRows = (state: WriterState, changes: ChangeRecorder): Rows => {
  const { connection } = state
  const indexRows = openIndexRows(state)

  const atomically = <Result>(work: () => Result): Result => {
    connection.statement('SAVEPOINT document').run()
    try {
      const result = work()
      connection.statement('RELEASE document').run()
      return result
    } catch (error) {
      if (connection.database.isTransaction) {
        connection.database.exec('ROLLBACK TO document; RELEASE document')
        state.reloadIfChanged()
      }
      throw error
    }
  }

  const insert = (collection: CollectionEntry, doc: Document, known?: Uint8Array): void => {
    checkId(doc)
    const bytes = checkSize(known ?? toBytes(doc))
    atomically(() => {
      const { lastInsertRowid } = connection
        .statement(`INSERT INTO ${collection.table} (doc) VALUES (?)`)
        .run(bytes)
      const rid = Number(lastInsertRowid)
      const keyed = { rid, doc }
      indexRows.add(collection, collection.idIndex, keyed)
      for (const index of indexRows.listFor(collection, rid)) {
        indexRows.add(collection, index, keyed)
      }
      changes.inserted(collection, doc)
    })
  }

  const update = (
    collection: CollectionEntry,
    stored: Stored,
    { doc: next, isReplacement }: NextDocument,
  ): boolean => {
    const bytes = checkSize(toBytes(next))
    if (isEqualBytes(bytes, stored.bytes)) return false
    atomically(() => {
      connection
        .statement(`UPDATE ${collection.table} SET doc = ? WHERE rid = ?`)
        .run(bytes, stored.rid)
      for (const index of indexRows.listFor(collection, stored.rid)) {
        indexRows.move(collection, index, { ...stored, next })
      }
      if (isReplacement) changes.replaced(collection, next)
      else changes.updated(collection, stored.doc, next)
    })
    return true
  }

  const remove = (collection: CollectionEntry, stored: Stored): void => {
    atomically(() => {
      connection.statement(`DELETE FROM ${collection.table} WHERE rid = ?`).run(stored.rid)
      indexRows.remove(collection.idIndex, stored)
      for (const index of indexRows.listFor(collection, stored.rid)) {
        indexRows.remove(index, stored)
      }
      changes.removed(collection, stored.doc)
    })
  }

  const read = (collection: CollectionEntry, rid: number): Stored | undefined => {
    const row = connection.statement(`SELECT doc FROM ${collection.table} WHERE rid = ?`).get(rid)
    if (row === undefined) return undefined
    const bytes = row.doc as Uint8Array
    return { rid, bytes, doc: fromBytes(bytes) }
  }

  const readById = ({ table, idIndex }: CollectionEntry, id: unknown): Stored | undefined => {
    const row = connection
      .statement(
        `SELECT rid, doc FROM ${table} WHERE rid = (SELECT rid FROM ${idIndex.table} WHERE key = ?)`,
      )
      .get(encodeKey([id], [1]))
    if (row === undefined) return undefined
    const bytes = row.doc as Uint8Array
    return { rid: row.rid as number, bytes, doc: fromBytes(bytes) }
  }

  return { insert, update, remove, read, readById, addToIndex: indexRows.add }
}
