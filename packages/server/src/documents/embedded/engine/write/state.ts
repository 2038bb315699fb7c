import { DocumentsError } from '../../../error.ts'
import {
  type Catalog,
  type CollectionEntry,
  catalogVersion,
  type IndexEntry,
  type IndexRow,
  loadCatalog,
  namespaceOf,
  toCollectionEntry,
  toIndexEntry,
} from '../catalog.ts'
import type { Connection } from '../connection.ts'
import { checkCollectionName, checkDatabaseName } from '../names.ts'

/** An index that is being filled: documents up to `filledTo` are in it and have to be kept in it. */
export type GrowingIndex = { readonly index: IndexEntry; filledTo: number }

/** What the writer knows of the file. Thrown away and read again whenever a transaction is rolled back. */
export type WriterState = {
  readonly connection: Connection
  catalog(): Catalog
  find(database: string, collection: string): CollectionEntry | undefined
  /** @throws `NamespaceNotFound` when the collection was dropped meanwhile. */
  get(database: string, collection: string): CollectionEntry
  /** The collection, made when there is none. */
  ensure(database: string, collection: string): CollectionEntry
  /** A collection under a `system.` name, which nobody else sees. */
  ensureHidden(database: string, collection: string): CollectionEntry
  rename(collection: CollectionEntry, name: string): CollectionEntry
  /** An index is whole: everybody uses it after the commit. Answers `false` when it was dropped meanwhile. */
  finishIndex(index: IndexEntry): boolean
  /** To be called after rows of `collections` or `indexes` changed: everybody reads them again after the commit. */
  touchCatalog(): void
  reload(): void
  /** After a savepoint was rolled back: what it had made is gone. */
  reloadIfChanged(): void
  readonly growing: Map<number, GrowingIndex[]>
  /** Sequence number of the last change logged. */
  lastChange(): number
}

const maxCollections = 10_000

export const openState = (connection: Connection): WriterState => {
  let catalog = loadCatalog(connection)
  const growing = new Map<number, GrowingIndex[]>()

  const reload = (): void => {
    catalog = loadCatalog(connection)
  }

  const nextVersion = (): number =>
    Number(
      connection
        .statement("UPDATE meta SET value = value + 1 WHERE key = 'catalog' RETURNING value")
        .get()?.value,
    )

  const touchCatalog = (): void => {
    nextVersion()
    reload()
  }

  /** A new store makes dozens of collections and indexes: each is added to what is known of the others. */
  const put = (entry: CollectionEntry): void => {
    const namespace = namespaceOf(entry.database, entry.name)
    const collections = new Map([...catalog.collections, [namespace, entry]])
    catalog = { version: nextVersion(), collections }
  }

  const find = (database: string, collection: string): CollectionEntry | undefined =>
    catalog.collections.get(namespaceOf(database, collection))

  const create = (database: string, name: string): CollectionEntry => {
    if (catalog.collections.size >= maxCollections) {
      throw new DocumentsError('BadValue', `more than ${maxCollections} collections in one file`)
    }
    const { lastInsertRowid } = connection
      .statement('INSERT INTO collections (database, name) VALUES (?, ?)')
      .run(database, name)
    const entry = toCollectionEntry({ id: Number(lastInsertRowid), database, name }, [])
    connection.database.exec(`
      CREATE TABLE ${entry.table} (rid INTEGER PRIMARY KEY, doc BLOB NOT NULL);
      CREATE TABLE ${entry.idIndex.table} (key BLOB PRIMARY KEY, rid INTEGER NOT NULL) WITHOUT ROWID;
    `)
    put(entry)
    return entry
  }

  const ensure = (database: string, name: string): CollectionEntry =>
    find(database, name) ?? create(checkDatabaseName(database), checkCollectionName(name))

  const rename = (collection: CollectionEntry, name: string): CollectionEntry => {
    connection.statement('UPDATE collections SET name = ? WHERE id = ?').run(name, collection.id)
    touchCatalog()
    return { ...collection, name }
  }

  const finishIndex = ({ id }: IndexEntry): boolean => {
    const row = connection
      .statement(
        'UPDATE indexes SET ready = 1 WHERE id = ? RETURNING id, collection, name, definition, multikey',
      )
      .get(id) as (IndexRow & { collection: number }) | undefined
    const collection = [...catalog.collections.values()].find(entry => entry.id === row?.collection)
    if (row === undefined || collection === undefined) return false
    const indexes = [...collection.indexes, toIndexEntry(row)]
    put({ ...collection, indexes: indexes.toSorted((left, right) => left.id - right.id) })
    return true
  }

  const get = (database: string, name: string): CollectionEntry => {
    const entry = find(database, name)
    if (entry !== undefined) return entry
    throw new DocumentsError('NamespaceNotFound', `ns not found: ${namespaceOf(database, name)}`)
  }

  const lastChange = (): number =>
    Number(
      connection.statement("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").get()?.seq ??
        0,
    )

  return {
    connection,
    catalog: () => catalog,
    find,
    get,
    ensure,
    ensureHidden: create,
    rename,
    finishIndex,
    touchCatalog,
    reload,
    reloadIfChanged: () => {
      if (catalogVersion(connection) !== catalog.version) reload()
    },
    growing,
    lastChange,
  }
}
