import type { Document } from 'bson'
import type { IndexDescription, Sort } from '../../documents.ts'
import { compileFilter, type Matcher } from '../query/matcher.ts'
import { fromBytes, fromBytesPromoted, toBytes } from '../values/bytes.ts'
import { compileIndexKeys, encodeKey } from '../values/key.ts'
import type { Connection } from './connection.ts'

/** An index as the file declares it: rows of (key, rid) in a table of its own. */
export type IndexEntry = {
  readonly id: number
  readonly name: string
  /** As BSON; empty for the one on `_id`. */
  readonly definition: Uint8Array
  readonly table: string
  readonly key: Sort
  readonly fields: readonly string[]
  /** Top-level fields that the keys depend on; `undefined` when its conditions are not told by field. */
  readonly roots: readonly string[] | undefined
  /** A document's keys, whether or not the index is partial. */
  readonly keysOf: (doc: Document) => readonly Uint8Array[]
  readonly unique: boolean
  /** Conditions with their BSON types kept. */
  readonly partial: Document | undefined
  readonly covers: Matcher | undefined
  readonly expireAfterSeconds: number | undefined
  /** True once a document had several keys: then its order and combined bounds prove nothing. */
  readonly multikey: boolean
}

export type CollectionEntry = {
  readonly id: number
  readonly database: string
  readonly name: string
  readonly table: string
  /** The index on `_id`, always there, always unique. */
  readonly idIndex: IndexEntry
  /** Declared indexes in the order they were made, without the one on `_id`. */
  readonly indexes: readonly IndexEntry[]
}

export type Catalog = {
  /** Changes whenever a collection or index comes, goes or changes. */
  readonly version: number
  readonly collections: ReadonlyMap<string, CollectionEntry>
}

/** Database names hold no dot, so that this is one-to-one. */
export const namespaceOf = (database: string, collection: string): string =>
  `${database}.${collection}`

/** False for a collection on its way in or out. */
export const isVisible = ({ name }: CollectionEntry): boolean => !name.startsWith('system.')

export const catalogVersion = (connection: Connection): number =>
  Number(connection.statement("SELECT value FROM meta WHERE key = 'catalog'").get()?.value)

const rootsOf = (fields: readonly string[]): readonly string[] | undefined =>
  fields.some(field => field.startsWith('$') || field.startsWith('__proto__'))
    ? undefined
    : [...new Set(fields.map(field => field.split('.', 1)[0] as string))]

export type IndexRow = { id: number; name: string; definition: Uint8Array; multikey: number }

export const toIndexEntry = ({ id, name, definition, multikey }: IndexRow): IndexEntry => {
  const kept = fromBytes(definition)
  const plain = fromBytesPromoted(definition)
  const partial: Document | undefined = kept.partialFilterExpression
  return {
    id,
    name,
    definition,
    table: `i${id}`,
    key: plain.key,
    fields: Object.keys(plain.key),
    roots: rootsOf([...Object.keys(plain.key), ...Object.keys(partial ?? {})]),
    keysOf: compileIndexKeys(plain.key),
    unique: plain.unique === true,
    partial,
    covers: partial === undefined ? undefined : compileFilter(partial),
    expireAfterSeconds: plain.expireAfterSeconds,
    multikey: multikey !== 0,
  }
}

const idIndexOf = (collection: number): IndexEntry => ({
  id: 0,
  name: '_id_',
  definition: new Uint8Array(),
  table: `c${collection}_id`,
  key: { _id: 1 },
  fields: ['_id'],
  roots: ['_id'],
  keysOf: doc => [encodeKey([doc._id], [1])],
  unique: true,
  partial: undefined,
  covers: undefined,
  expireAfterSeconds: undefined,
  multikey: false,
})

export const toCollectionEntry = (
  { id, database, name }: { id: number; database: string; name: string },
  indexes: readonly IndexEntry[],
): CollectionEntry => ({ id, database, name, table: `c${id}`, idIndex: idIndexOf(id), indexes })

/** Reads every collection and every finished index. */
export const loadCatalog = (connection: Connection): Catalog => {
  const indexes = new Map<number, IndexEntry[]>()
  const indexRows = connection
    .statement('SELECT id, collection, name, definition, multikey FROM indexes WHERE ready = 1')
    .all() as (IndexRow & { collection: number })[]
  for (const row of indexRows) {
    indexes.set(row.collection, [...(indexes.get(row.collection) ?? []), toIndexEntry(row)])
  }

  const collections = new Map<string, CollectionEntry>()
  const rows = connection.statement('SELECT id, database, name FROM collections').all() as {
    id: number
    database: string
    name: string
  }[]
  for (const row of rows) {
    const entry = toCollectionEntry(row, indexes.get(row.id) ?? [])
    collections.set(namespaceOf(row.database, row.name), entry)
  }
  return { version: catalogVersion(connection), collections }
}

/** What `createIndex` was asked for, in the form that is stored and compared. */
export const indexDefinition = ({ key, ...options }: Omit<IndexDescription, 'name'>): Uint8Array =>
  toBytes({
    key,
    unique: options.unique === true,
    ...(options.partialFilterExpression === undefined
      ? {}
      : { partialFilterExpression: options.partialFilterExpression }),
    ...(options.expireAfterSeconds === undefined
      ? {}
      : { expireAfterSeconds: options.expireAfterSeconds }),
  })

/** The index as MongoDB would list it. */
export const describeIndex = ({
  name,
  key,
  unique,
  partial,
  expireAfterSeconds,
}: IndexEntry): IndexDescription => ({
  name,
  key,
  ...(unique && name !== '_id_' ? { unique } : {}),
  ...(partial === undefined
    ? {}
    : { partialFilterExpression: fromBytesPromoted(toBytes(partial)) }),
  ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
})
