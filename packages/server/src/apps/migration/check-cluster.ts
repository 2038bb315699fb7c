import type { Collection, Documents, Offers } from '../../documents/documents.ts'
import { DocumentsError } from '../../documents/error.ts'
import type { CollectionRules, CustomUserData, DataSource } from '../../domain/data-source.ts'
import { type Lookup, lookupsOf } from './lookups.ts'

export type CollectionReport = {
  readonly database: string
  readonly collection: string
  /** `own` rules, those of the default rule, or none: then it is closed to users. */
  readonly rules: 'own' | 'default' | 'none'
  readonly roles: readonly string[]
  readonly filters: readonly string[]
  readonly hasSchema: boolean
  /** `undefined` when they could not be counted in time. */
  readonly documents: number | undefined
  /** Fields by which each request looks for documents, and that no index begins with. */
  readonly missingIndexes: readonly Lookup[]
}

export type ClusterReport = {
  readonly offers: Offers
  /** Those with rules, and all others of their databases. */
  readonly collections: readonly CollectionReport[]
}

const countMs = 5_000

const none: DocumentsError['codeName'] = 'NamespaceNotFound'

const indexedFields = async (collection: Collection): Promise<string[]> => {
  try {
    const indexes = await collection.listIndexes()
    return indexes.flatMap(({ key, partialFilterExpression }) =>
      partialFilterExpression ? [] : (Object.keys(key)[0] ?? []),
    )
  } catch (error) {
    if (error instanceof DocumentsError && error.codeName === none) return []
    throw error
  }
}

const countIn = async (collection: Collection): Promise<number | undefined> => {
  try {
    return await collection.countDocuments({}, { maxTimeMs: countMs })
  } catch (error) {
    if (error instanceof DocumentsError && error.codeName === 'MaxTimeMSExpired') return undefined
    throw error
  }
}

/** The collections that the app names, with what the rules say of them. */
const namedIn = (
  source: DataSource,
  customUserData: CustomUserData | undefined,
): CollectionRules[] => {
  const isHere = customUserData?.source === source.name
  const known = source.rules.some(
    ({ database, collection }) =>
      database === customUserData?.database && collection === customUserData.collection,
  )
  if (!isHere || known) return [...source.rules]
  const { database, collection } = customUserData
  const rules = source.defaultRule ?? { roles: [], filters: [] }
  return [...source.rules, { database, collection, ...rules }]
}

/**
 * Looks at a cluster, reading only, as the data source of an app: what it offers, and collection by collection what the
 * rules find there.
 *
 * @throws DocumentsError, `Unavailable` when it cannot be reached
 */
export const checkCluster = async (
  documents: Documents,
  source: DataSource,
  customUserData: CustomUserData | undefined,
): Promise<ClusterReport> => {
  const offers = await documents.offers()
  const named = namedIn(source, customUserData)
  const databases = [...new Set(named.map(({ database }) => database))].sort()
  const collections: CollectionReport[] = []
  for (const database of databases) {
    const there = await documents.database(database).listCollections()
    const wanted = named.filter(rules => rules.database === database)
    const names = new Set([...wanted.map(({ collection }) => collection), ...there])
    for (const collection of [...names].sort()) {
      const rules = wanted.find(one => one.collection === collection)
      const own = source.rules.some(
        one => one.database === database && one.collection === collection,
      )
      const applied = rules ?? {
        database,
        collection,
        ...(source.defaultRule ?? { roles: [], filters: [] }),
      }
      const found = documents.database(database).collection(collection)
      const indexed = await indexedFields(found)
      collections.push({
        database,
        collection,
        rules: own ? 'own' : source.defaultRule ? 'default' : 'none',
        roles: applied.roles.map(({ name }) => name),
        filters: applied.filters.map(({ name }) => name),
        hasSchema: applied.schema !== undefined,
        documents: await countIn(found),
        missingIndexes: lookupsOf(applied, source, customUserData).filter(
          ({ field }) => !indexed.includes(field),
        ),
      })
    }
  }
  return { offers, collections }
}
