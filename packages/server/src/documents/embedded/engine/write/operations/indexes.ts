import type { Document } from 'bson'
import { DocumentsError } from '../../../../error.ts'
import { fromBytes, toBytes } from '../../../values/bytes.ts'
import { type CollectionEntry, type IndexEntry, toIndexEntry } from '../../catalog.ts'
import type { WriteOutcome } from '../../messages.ts'
import { openCursor } from '../../plan/cursor.ts'
import type { GrowingIndex } from '../state.ts'
import type { Step, Task, Writer } from '../writer.ts'

const maxIndexes = 64

export type CreateIndexRequest = {
  readonly database: string
  readonly collection: string
  readonly name: string
  /** The definition as BSON, as `indexDefinition` makes it. */
  readonly definition: Uint8Array
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean =>
  Buffer.compare(left, right) === 0

/** @throws `IndexOptionsConflict` when the name or the keys are taken by another definition. */
const isThere = (
  { indexes }: CollectionEntry,
  { name, definition }: CreateIndexRequest,
): boolean => {
  const wanted = fromBytes(definition)
  const key = toBytes({ key: wanted.key })
  const partial = toBytes({ partial: wanted.partialFilterExpression ?? null })
  return indexes.some(index => {
    const hasSameName = index.name === name
    if (hasSameName && sameBytes(index.definition, definition)) return true
    const isTaken =
      hasSameName ||
      (sameBytes(toBytes({ key: index.key }), key) &&
        sameBytes(toBytes({ partial: index.partial ?? null }), partial))
    if (isTaken) {
      throw new DocumentsError(
        'IndexOptionsConflict',
        `an index named ${index.name} exists already with another name or other options than ${name}`,
      )
    }
    return false
  })
}

const declare = (
  { state }: Writer,
  collection: CollectionEntry,
  { name, definition }: CreateIndexRequest,
): IndexEntry => {
  const { connection } = state
  const { lastInsertRowid } = connection
    .statement('INSERT INTO indexes (collection, name, definition) VALUES (?, ?, ?)')
    .run(collection.id, name, definition)
  const index = toIndexEntry({ id: Number(lastInsertRowid), name, definition, multikey: 0 })
  connection.database.exec(
    index.unique
      ? `CREATE TABLE ${index.table} (key BLOB PRIMARY KEY, rid INTEGER NOT NULL) WITHOUT ROWID`
      : `CREATE TABLE ${index.table} (key BLOB, rid INTEGER, PRIMARY KEY (key, rid)) WITHOUT ROWID`,
  )
  return index
}

const dropped = (): DocumentsError =>
  new DocumentsError('NamespaceNotFound', 'the collection was dropped while its index was made')

const forget = ({ state }: Writer, collection: CollectionEntry, index: IndexEntry): void => {
  state.connection.database.exec(`DROP TABLE IF EXISTS ${index.table}`)
  state.connection.statement('DELETE FROM indexes WHERE id = ?').run(index.id)
  const left = state.growing.get(collection.id)?.filter(growing => growing.index.id !== index.id)
  state.growing.set(collection.id, left ?? [])
}

const fill = function* (
  { state, rows, budget }: Writer,
  collection: CollectionEntry,
  growing: GrowingIndex,
): Step<void> {
  const cursor = openCursor(state.connection, collection, {
    kind: 'all',
    isSorted: false,
    isReverse: false,
  })
  try {
    for (let row = cursor.next(); row !== undefined; row = cursor.next()) {
      rows.addToIndex(collection, growing.index, { rid: row.rid, doc: fromBytes(row.doc) })
      growing.filledTo = row.rid
      if (!budget.isOver()) continue
      cursor.pause()
      yield
    }
  } finally {
    cursor.pause()
  }
}

/**
 * Makes an index and fills it, a step at a time. Documents behind the step are kept in the index by every
 * write, those before it are reached later; readers use the index only once it is whole.
 */
export const createIndex = function* (writer: Writer, request: CreateIndexRequest): Task {
  const { state } = writer
  const collection = state.ensure(request.database, request.collection)
  if (isThere(collection, request)) return { name: request.name }
  const underWay = state.growing.get(collection.id) ?? []
  if (underWay.some(({ index }) => index.name === request.name)) {
    throw new DocumentsError('IndexOptionsConflict', `index ${request.name} is being made already`)
  }
  if (collection.indexes.length + underWay.length >= maxIndexes) {
    throw new DocumentsError('BadValue', `more than ${maxIndexes} indexes on ${collection.name}`)
  }
  const growing: GrowingIndex = { index: declare(writer, collection, request), filledTo: 0 }
  state.growing.set(collection.id, [...underWay, growing])
  try {
    yield* fill(writer, collection, growing)
  } catch (error) {
    if (state.connection.database.isTransaction) forget(writer, collection, growing.index)
    throw error
  }
  const left = state.growing.get(collection.id)?.filter(other => other !== growing)
  state.growing.set(collection.id, left ?? [])
  if (!state.finishIndex(growing.index)) throw dropped()
  return { name: request.name }
}

export const dropIndex = (
  writer: Writer,
  { database, collection, name }: { database: string; collection: string; name: string },
): WriteOutcome => {
  const entry = writer.state.get(database, collection)
  if (name === '_id_') throw new DocumentsError('BadValue', 'cannot drop the index on _id')
  const index = entry.indexes.find(known => known.name === name)
  if (index === undefined) {
    throw new DocumentsError('IndexNotFound', `index not found with name [${name}]`)
  }
  forget(writer, entry, index)
  writer.state.touchCatalog()
  return {}
}

/** Removes what a crash left of indexes that never became whole. */
export const removeUnfinishedIndexes = ({ state }: Writer): void => {
  const rows = state.connection.statement('SELECT id FROM indexes WHERE ready = 0').all()
  for (const { id } of rows) {
    state.connection.database.exec(`DROP TABLE IF EXISTS i${Number(id)}`)
    state.connection.statement('DELETE FROM indexes WHERE id = ?').run(id as number)
  }
}

export const readCreateIndex = (
  place: { readonly database: string; readonly collection: string },
  { name, ...definition }: Document,
): CreateIndexRequest => ({ ...place, name, definition: toBytes(definition) })
