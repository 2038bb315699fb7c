import type { StatementSync } from 'node:sqlite'
import type { Document } from 'bson'
import { DocumentsError } from '../../../error.ts'
import { toText } from '../../update/text.ts'
import { type CollectionEntry, type IndexEntry, namespaceOf } from '../catalog.ts'
import type { WriterState } from './state.ts'

export type Keyed = { readonly rid: number; readonly doc: Document }

/** The rows of indexes: one for each key of each document. */
export type IndexRows = {
  /** @throws `DuplicateKey` when a unique key is taken. */
  add(collection: CollectionEntry, index: IndexEntry, keyed: Keyed): void
  /** Changes only the keys that differ. */
  move(collection: CollectionEntry, index: IndexEntry, change: Keyed & { next: Document }): void
  remove(index: IndexEntry, keyed: Keyed): void
  /** Every declared index that has to hold the document, also those that are being filled. */
  listFor(collection: CollectionEntry, rid: number): IndexEntry[]
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

const keysOf = (index: IndexEntry, doc: Document): readonly Uint8Array[] =>
  index.covers === undefined || index.covers.matches(doc) ? index.keysOf(doc) : []

/** An update shares with the document before it what it did not change. */
const isUntouched = ({ roots }: IndexEntry, doc: Document, next: Document): boolean =>
  roots?.every(root => doc[root] === next[root]) ?? false

/** Those of `keys` that are not among `others`. */
const without = (keys: readonly Uint8Array[], others: readonly Uint8Array[]): Uint8Array[] => {
  const known = new Set(others.map(key => Buffer.from(key).toString('latin1')))
  return keys.filter(key => !known.has(Buffer.from(key).toString('latin1')))
}

export const openIndexRows = (state: WriterState): IndexRows => {
  const { connection } = state
  /** Kept here, as finding it by its text takes as long as encoding a key. */
  const inserts = new WeakMap<IndexEntry, StatementSync>()

  const insertInto = (index: IndexEntry): StatementSync => {
    const known = inserts.get(index)
    if (known !== undefined) return known
    const insert = connection.statement(
      `INSERT INTO ${index.table} (key, rid) VALUES (?, ?) ON CONFLICT DO NOTHING`,
    )
    inserts.set(index, insert)
    return insert
  }

  const markMultikey = (index: IndexEntry): void => {
    const { changes: marked } = connection
      .statement('UPDATE indexes SET multikey = 1 WHERE id = ? AND multikey = 0')
      .run(index.id)
    if (marked !== 0) state.touchCatalog()
  }

  const addKey = (
    collection: CollectionEntry,
    index: IndexEntry,
    { key, rid, doc }: Keyed & { key: Uint8Array },
  ): void => {
    const { changes: added } = insertInto(index).run(key, rid)
    if (added === 0 && index.unique) throw duplicateKey(collection, index, doc)
  }

  const removeKey = (index: IndexEntry, key: Uint8Array, rid: number): void => {
    connection.statement(`DELETE FROM ${index.table} WHERE key = ? AND rid = ?`).run(key, rid)
  }

  return {
    add: (collection, index, { rid, doc }) => {
      const keys = keysOf(index, doc)
      if (keys.length > 1 && !index.multikey) markMultikey(index)
      for (const key of keys) addKey(collection, index, { key, rid, doc })
    },
    move: (collection, index, { rid, doc, next }) => {
      if (isUntouched(index, doc, next)) return
      const before = keysOf(index, doc)
      const after = keysOf(index, next)
      if (after.length > 1 && !index.multikey) markMultikey(index)
      for (const key of without(before, after)) removeKey(index, key, rid)
      for (const key of without(after, before)) addKey(collection, index, { key, rid, doc: next })
    },
    remove: (index, { rid, doc }) => {
      for (const key of keysOf(index, doc)) removeKey(index, key, rid)
    },
    listFor: (collection, rid) => {
      const growing = state.growing.get(collection.id) ?? []
      const reached = growing.filter(({ filledTo }) => rid <= filledTo)
      return [...collection.indexes, ...reached.map(({ index }) => index)]
    },
  }
}
