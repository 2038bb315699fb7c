import type { Document } from 'bson'
import { toChangeStream } from '../../documents/change-stream.ts'
import type { ChangeStream, Collection, Documents, Offers } from '../../documents/documents.ts'
import type { DataSource } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import { readCollectionName } from './names.ts'
import type { Naming } from './naming.ts'
import { toStoredPipeline } from './pipelines.ts'

/** The databases of one data source, by the names that its app knows, and no others. Values come in BSON classes. */
export type Databases = {
  readonly engine: Documents['engine']
  /** @throws `Unavailable` (DocumentsError) */
  offers(): Promise<Offers>
  /**
   * `readPreference` is for reads that nothing is written by. Default `primary`.
   *
   * @throws `namespaceRefused`, `fieldInvalid`, `fieldMissing`
   */
  collection(
    database: string,
    collection: string,
    readPreference?: DataSource['readPreference'],
  ): Collection
  listDatabases(): Promise<string[]>
  /** @throws `namespaceRefused`, `fieldInvalid`, `fieldMissing` */
  listCollections(database: string): Promise<string[]>
  /** A text of the engine as the app's users may read it. */
  shown(text: string): string
}

/** A database and a collection together. */
const mostNamespaceBytes = 255

const withNames =
  (naming: Naming) =>
  (event: Document): Document => {
    const named = (place: unknown): unknown => {
      const { db, coll } = (place ?? {}) as { db?: unknown; coll?: unknown }
      if (typeof db !== 'string') return place
      return { db: naming.fromStored(db) ?? '', ...(coll !== undefined && { coll }) }
    }
    return {
      ...event,
      ...('ns' in event && { ns: named(event.ns) }),
      ...('to' in event && { to: named(event.to) }),
    }
  }

const namedStream = (stream: ChangeStream, naming: Naming): ChangeStream => {
  const show = withNames(naming)
  return toChangeStream({
    resumeToken: () => stream.resumeToken,
    take: async () => {
      const step = await stream.next()
      return step.done ? step : { ...step, value: show(step.value) }
    },
    close: () => stream.close(),
  })
}

const namedCollection = (collection: Collection, naming: Naming): Collection => ({
  ...collection,
  aggregate: (pipeline, limits) => collection.aggregate(toStoredPipeline(naming, pipeline), limits),
  watch: async options => namedStream(await collection.watch(options), naming),
})

/** Collections that are remembered, because most calls are about few of them. */
const mostRemembered = 1_000

export const openDatabases = (documents: Documents, naming: Naming): Databases => {
  const remembered = new Map<string, Collection>()

  const open: Databases['collection'] = (database, collection, readPreference) => {
    const stored = naming.toStored('database', database)
    const name = readCollectionName('collection', collection)
    if (Buffer.byteLength(stored) + 1 + Buffer.byteLength(name) > mostNamespaceBytes) {
      const detail = `'collection' is too long for a database of this name`
      throw new AppError('namespaceRefused', { detail })
    }
    const options = { promoteValues: false, ...(readPreference && { readPreference }) }
    const found = documents.database(stored).collection(name, options)
    return namedCollection(found, naming)
  }

  return {
    engine: documents.engine,
    offers: () => documents.offers(),
    collection: (database, collection, readPreference) => {
      const key = `${database}\0${collection}\0${readPreference ?? ''}`
      const known = remembered.get(key)
      if (known !== undefined) return known
      const opened = open(database, collection, readPreference)
      if (remembered.size >= mostRemembered) remembered.clear()
      remembered.set(key, opened)
      return opened
    },
    listDatabases: async () =>
      (await documents.listDatabases()).flatMap(stored => naming.fromStored(stored) ?? []),
    listCollections: database =>
      documents.database(naming.toStored('database', database)).listCollections(),
    shown: naming.shown,
  }
}
