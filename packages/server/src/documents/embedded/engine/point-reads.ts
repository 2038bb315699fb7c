import type { StatementSync } from 'node:sqlite'
import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { compileFilter } from '../query/matcher.ts'
import { fromBytes } from '../values/bytes.ts'
import { typeName } from '../values/compare.ts'
import { encodeKey } from '../values/key.ts'
import {
  type Catalog,
  type CollectionEntry,
  catalogVersion,
  type IndexEntry,
  loadCatalog,
  namespaceOf,
} from './catalog.ts'
import type { Connection } from './connection.ts'
import { isMissingTable, toDocumentsError } from './failure.ts'
import { isOperators } from './plan/conditions.ts'
import { planRead } from './plan/plan.ts'
import { type WholeKey, wholeKeyOf } from './plan/whole-key.ts'

/** What a point read found; `undefined` instead of it when the filter needs another kind of read. */
export type PointAnswer = {
  readonly bytes: Uint8Array | undefined
  /** True when no other document can have the key. */
  readonly isOnly: boolean
}

const nothing: PointAnswer = { bytes: undefined, isOnly: true }

export type PointReads = {
  /**
   * Reads on the event loop, in about ten microseconds, and only by `_id` or by a whole key of an index. Of several
   * documents with the key it is the one inserted first; `undefined` when that is not what the filter asks for.
   */
  find(database: string, collection: string, filter: Document): PointAnswer | undefined
  /**
   * The documents of a short list of ids, `{ _id: { $in: [...] } }`, in the order of their ids; `undefined` for any
   * other filter.
   */
  findListed(database: string, collection: string, filter: Document): Uint8Array[] | undefined
  catalog(): Catalog
  /** The file's collections or indexes have changed. */
  forgetCatalog(): void
}

const maxListed = 20
/** Documents of a list that are read on the event loop. */
const maxRead = 8

const cheapOperators: ReadonlySet<string> = new Set([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$exists',
])

const isScalar = (value: unknown): boolean =>
  !['object', 'array', 'regex', 'javascript', 'javascriptWithScope'].includes(typeName(value))

const isShortList = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.length <= maxListed && value.every(isScalar)

const isCheap = (demand: unknown): boolean => {
  if (!isOperators(demand)) return isScalar(demand)
  return Object.entries(demand).every(([operator, value]) => {
    if (operator === '$in' || operator === '$nin') return isShortList(value)
    return cheapOperators.has(operator) && isScalar(value)
  })
}

/** True when checking one document against the filter takes microseconds, whatever the document. */
const isCheapFilter = (filter: Document): boolean =>
  Object.entries(filter).every(([field, demand]) => !field.startsWith('$') && isCheap(demand))

/** The ids of a filter that asks for nothing but a short list of them. */
const listedIds = (filter: Document): readonly unknown[] | undefined => {
  const [field, ...others] = Object.keys(filter)
  const demand: unknown = filter._id
  if (field !== '_id' || others.length > 0 || !isOperators(demand)) return undefined
  const [operator, ...more] = Object.keys(demand)
  if (operator !== '$in' || more.length > 0 || !isShortList(demand.$in)) return undefined
  return demand.$in.length > 0 && demand.$in.length <= maxRead ? demand.$in : undefined
}

const bytesOf = (row: unknown): Uint8Array | undefined => (row as [Uint8Array] | undefined)?.[0]

/** Statements that read documents by keys of an index, prepared once for as long as the catalog stays as it is. */
const openStatements = ({ database }: Connection) => {
  const single = new WeakMap<IndexEntry, StatementSync>()
  const listed = new WeakMap<IndexEntry, Map<number, StatementSync>>()

  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return statement
  }

  const byKey = ({ table }: CollectionEntry, index: IndexEntry): StatementSync => {
    const known = single.get(index)
    if (known !== undefined) return known
    const first = index.unique ? '' : ' ORDER BY rid LIMIT 1'
    const made = prepare(
      `SELECT doc FROM ${table} WHERE rid = (SELECT rid FROM ${index.table} WHERE key = ?${first})`,
    )
    single.set(index, made)
    return made
  }

  const byKeys = ({ table, idIndex }: CollectionEntry, count: number): StatementSync => {
    const ofIndex = listed.get(idIndex) ?? new Map<number, StatementSync>()
    listed.set(idIndex, ofIndex)
    const known = ofIndex.get(count)
    if (known !== undefined) return known
    const made = prepare(
      `SELECT c.doc FROM ${idIndex.table} i CROSS JOIN ${table} c ON c.rid = i.rid
       WHERE i.key IN (${Array(count).fill('?').join(', ')}) ORDER BY i.key`,
    )
    ofIndex.set(count, made)
    return made
  }

  return { byKey, byKeys }
}

export const openPointReads = (
  connection: Connection,
  { path, isFollower }: { path: string; isFollower: boolean },
): PointReads => {
  let known: Catalog | undefined

  const catalog = (): Catalog => {
    const isStale = isFollower && known?.version !== catalogVersion(connection)
    if (known === undefined || isStale) known = loadCatalog(connection)
    return known
  }

  const statements = openStatements(connection)

  const byKey = (
    entry: CollectionEntry,
    index: IndexEntry,
    key: Uint8Array,
  ): Uint8Array | undefined => bytesOf(statements.byKey(entry, index).get(key))

  /** The one key that the filter asks for, where an index has it. */
  const keyOf = (entry: CollectionEntry, filter: Document): WholeKey | undefined => {
    const spelled = wholeKeyOf(entry, filter)
    if (spelled !== undefined) return spelled
    const plan = planRead(entry, { filter })
    if (plan.kind !== 'index' || !plan.isWhole || plan.ranges.length !== 1) return undefined
    const key = plan.ranges[0]?.low
    return key && { index: plan.index, key }
  }

  const byWholeKey = (
    database: string,
    collection: string,
    filter: Document,
  ): PointAnswer | undefined => {
    const entry = catalog().collections.get(namespaceOf(database, collection))
    if (entry === undefined) return nothing
    const found = keyOf(entry, filter)
    if (found === undefined) return undefined
    const { index, key } = found
    const bytes = byKey(entry, index, key)
    if (bytes === undefined) return nothing
    if (compileFilter(filter).matches(fromBytes(bytes))) return { bytes, isOnly: index.unique }
    return index.unique ? nothing : undefined
  }

  /** What is known without asking the file serves for reads by `_id`: a table that is gone fails, and is looked for anew. */
  const findEntry = (namespace: string): CollectionEntry | undefined =>
    known?.collections.get(namespace) ?? catalog().collections.get(namespace)

  const byId = (database: string, collection: string, id: unknown): PointAnswer => {
    const entry = findEntry(namespaceOf(database, collection))
    if (entry === undefined) return nothing
    return { bytes: byKey(entry, entry.idIndex, encodeKey([id], [1])), isOnly: true }
  }

  const attempt = (
    database: string,
    collection: string,
    filter: Document,
  ): PointAnswer | undefined => {
    if (!isCheapFilter(filter)) return undefined
    const fields = Object.keys(filter)
    const isIdOnly = fields.length === 1 && fields[0] === '_id' && !isOperators(filter._id)
    return isIdOnly
      ? byId(database, collection, filter._id)
      : byWholeKey(database, collection, filter)
  }

  const attemptListed = (
    database: string,
    collection: string,
    filter: Document,
  ): Uint8Array[] | undefined => {
    const ids = listedIds(filter)
    if (ids === undefined) return undefined
    const entry = findEntry(namespaceOf(database, collection))
    if (entry === undefined) return []
    const keys = ids.map(id => encodeKey([id], [1]))
    const rows = statements.byKeys(entry, keys.length).all(...keys)
    if (rows.length === 0) return []
    const { matches } = compileFilter(filter)
    return rows.map(row => bytesOf(row) as Uint8Array).filter(bytes => matches(fromBytes(bytes)))
  }

  /** Reads the catalog anew, once, when what it names is gone. */
  const withCatalog = <Answer>(read: () => Answer): Answer => {
    if (!connection.database.isOpen) {
      throw new DocumentsError('Unavailable', 'the store is closed')
    }
    try {
      return read()
    } catch (error) {
      if (!isMissingTable(error)) throw toDocumentsError(error, path)
      known = undefined
      return read()
    }
  }

  return {
    find: (database, collection, filter) =>
      withCatalog(() => attempt(database, collection, filter)),
    findListed: (database, collection, filter) =>
      withCatalog(() => attemptListed(database, collection, filter)),
    catalog,
    forgetCatalog: () => {
      known = undefined
    },
  }
}
