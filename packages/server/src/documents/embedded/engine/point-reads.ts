import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { compileFilter } from '../query/matcher.ts'
import { fromBytes } from '../values/bytes.ts'
import { typeName } from '../values/compare.ts'
import { encodeKey } from '../values/key.ts'
import { type Catalog, catalogVersion, loadCatalog, namespaceOf } from './catalog.ts'
import type { Connection } from './connection.ts'
import { isMissingTable, toDocumentsError } from './failure.ts'
import { isOperators } from './plan/conditions.ts'
import { planRead } from './plan/plan.ts'

/** What a point read found; `undefined` instead of it when the filter needs another kind of read. */
export type PointAnswer = { readonly bytes: Uint8Array | undefined }

export type PointReads = {
  /** Reads on the event loop, in about ten microseconds, and only by `_id` or by a whole unique key. */
  find(database: string, collection: string, filter: Document): PointAnswer | undefined
  catalog(): Catalog
  /** The file's collections or indexes have changed. */
  forgetCatalog(): void
}

const maxListed = 20

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

const isCheap = (demand: unknown): boolean => {
  if (!isOperators(demand)) return isScalar(demand)
  return Object.entries(demand).every(([operator, value]) => {
    if (operator === '$in' || operator === '$nin') {
      return Array.isArray(value) && value.length <= maxListed && value.every(isScalar)
    }
    return cheapOperators.has(operator) && isScalar(value)
  })
}

/** True when checking one document against the filter takes microseconds, whatever the document. */
const isCheapFilter = (filter: Document): boolean =>
  Object.entries(filter).every(([field, demand]) => !field.startsWith('$') && isCheap(demand))

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

  const byKey = (table: string, keyTable: string, key: Uint8Array): Uint8Array | undefined =>
    connection
      .statement(`SELECT doc FROM ${table} WHERE rid = (SELECT rid FROM ${keyTable} WHERE key = ?)`)
      .get(key)?.doc as Uint8Array | undefined

  const byUniqueKey = (
    database: string,
    collection: string,
    filter: Document,
  ): PointAnswer | undefined => {
    const entry = catalog().collections.get(namespaceOf(database, collection))
    if (entry === undefined) return { bytes: undefined }
    const plan = planRead(entry, { filter })
    if (plan.kind !== 'index' || !plan.isPoint || plan.ranges.length !== 1) return undefined
    const key = plan.ranges[0]?.low
    const bytes = key && byKey(entry.table, plan.index.table, key)
    if (bytes === undefined) return { bytes: undefined }
    return { bytes: compileFilter(filter).matches(fromBytes(bytes)) ? bytes : undefined }
  }

  const byId = (database: string, collection: string, id: unknown): PointAnswer => {
    const entry = catalog().collections.get(namespaceOf(database, collection))
    if (entry === undefined) return { bytes: undefined }
    return { bytes: byKey(entry.table, entry.idIndex.table, encodeKey([id], [1])) }
  }

  const attempt = (
    database: string,
    collection: string,
    filter: Document,
  ): PointAnswer | undefined => {
    if (!connection.database.isOpen) {
      throw new DocumentsError('Unavailable', 'the store is closed')
    }
    if (!isCheapFilter(filter)) return undefined
    const fields = Object.keys(filter)
    const isIdOnly = fields.length === 1 && fields[0] === '_id' && !isOperators(filter._id)
    return isIdOnly
      ? byId(database, collection, filter._id)
      : byUniqueKey(database, collection, filter)
  }

  const find: PointReads['find'] = (database, collection, filter) => {
    try {
      return attempt(database, collection, filter)
    } catch (error) {
      if (!isMissingTable(error)) throw toDocumentsError(error, path)
      known = undefined
      return attempt(database, collection, filter)
    }
  }

  return {
    find,
    catalog,
    forgetCatalog: () => {
      known = undefined
    },
  }
}
