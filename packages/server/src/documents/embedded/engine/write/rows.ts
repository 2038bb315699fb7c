import type { Document } from 'bson'
import { DocumentsError } from '../../../error.ts'
import { toText } from '../../update/text.ts'
import { fromBytes, toBytes } from '../../values/bytes.ts'
import { encodeKey, indexKeys } from '../../values/key.ts'
import { type CollectionEntry, type IndexEntry, namespaceOf } from '../catalog.ts'
import { checkId, checkSize } from '../names.ts'
import type { ChangeRecorder } from './changes.ts'
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
  /** Adds the keys of a document that is in the collection already. */
  addToIndex(collection: CollectionEntry, index: IndexEntry, stored: Omit<Stored, 'bytes'>): void
}

const duplicateKey = (
  collection: CollectionEntry,
  index: IndexEntry,
  doc: Document,
): DocumentsError => {
  const keyValue = Object.fromEntries(
    index.fields.map(field => [field, valueAt(doc, field.split('.'))]),
  )
  const shown = Object.entries(keyValue)
    .map(([field, value]) => `${field}: ${toText(value)}`)
    .join(', ')
  return new DocumentsError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespaceOf(collection.database, collection.name)} index: ${index.name} dup key: { ${shown} }`,
    { keyPattern: { ...index.key }, keyValue },
  )
}

const valueAt = (value: unknown, path: readonly string[]): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(value)) return value.map(element => valueAt(element, path))
  if (typeof value !== 'object' || value === null) return null
  return valueAt((value as Document)[step] ?? null, rest)
}

const isEqualBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  Buffer.compare(left, right) === 0

export const openRows = (state: WriterState, changes: ChangeRecorder): Rows => {
  const { connection } = state

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

  const keysOf = (index: IndexEntry, doc: Document): Uint8Array[] => {
    if (index.name === '_id_') return [encodeKey([doc._id], [1])]
    if (index.covers !== undefined && !index.covers.matches(doc)) return []
    return indexKeys(doc, index.key)
  }

  const indexesOf = (collection: CollectionEntry, rid: number): IndexEntry[] => [
    ...collection.indexes,
    ...(state.growing.get(collection.id) ?? [])
      .filter(({ filledTo }) => rid <= filledTo)
      .map(({ index }) => index),
  ]

  const markMultikey = (index: IndexEntry): void => {
    const { changes: marked } = connection
      .statement('UPDATE indexes SET multikey = 1 WHERE id = ? AND multikey = 0')
      .run(index.id)
    if (marked !== 0) state.touchCatalog()
  }

  const addKey = (
    collection: CollectionEntry,
    index: IndexEntry,
    { key, rid, doc }: { key: Uint8Array; rid: number; doc: Document },
  ): void => {
    const { changes: added } = connection
      .statement(`INSERT INTO ${index.table} (key, rid) VALUES (?, ?) ON CONFLICT DO NOTHING`)
      .run(key, rid)
    if (added === 0 && index.unique) throw duplicateKey(collection, index, doc)
  }

  const removeKey = (index: IndexEntry, key: Uint8Array, rid: number): void => {
    connection.statement(`DELETE FROM ${index.table} WHERE key = ? AND rid = ?`).run(key, rid)
  }

  const addToIndex = (
    collection: CollectionEntry,
    index: IndexEntry,
    { rid, doc }: { rid: number; doc: Document },
  ): void => {
    const keys = keysOf(index, doc)
    if (keys.length > 1 && !index.multikey) markMultikey(index)
    for (const key of keys) addKey(collection, index, { key, rid, doc })
  }

  const moveInIndex = (
    collection: CollectionEntry,
    index: IndexEntry,
    { stored, next }: { stored: Stored; next: Document },
  ): void => {
    const before = keysOf(index, stored.doc)
    const after = keysOf(index, next)
    if (after.length > 1 && !index.multikey) markMultikey(index)
    for (const key of before) {
      if (!after.some(kept => isEqualBytes(kept, key))) removeKey(index, key, stored.rid)
    }
    for (const key of after) {
      if (before.some(kept => isEqualBytes(kept, key))) continue
      addKey(collection, index, { key, rid: stored.rid, doc: next })
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
      addKey(collection, collection.idIndex, { key: encodeKey([doc._id], [1]), rid, doc })
      for (const index of indexesOf(collection, rid)) addToIndex(collection, index, { rid, doc })
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
      for (const index of indexesOf(collection, stored.rid)) {
        moveInIndex(collection, index, { stored, next })
      }
      if (isReplacement) changes.replaced(collection, next)
      else changes.updated(collection, stored.doc, next)
    })
    return true
  }

  const remove = (collection: CollectionEntry, stored: Stored): void => {
    atomically(() => {
      connection.statement(`DELETE FROM ${collection.table} WHERE rid = ?`).run(stored.rid)
      const indexes = [collection.idIndex, ...indexesOf(collection, stored.rid)]
      for (const index of indexes) {
        for (const key of keysOf(index, stored.doc)) removeKey(index, key, stored.rid)
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

  return { insert, update, remove, read, addToIndex }
}
