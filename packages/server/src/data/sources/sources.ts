import type { Collection, Documents, Offers } from '../../documents/documents.ts'
import { isUnavailable } from '../../documents/error.ts'
import type { App } from '../../domain/app.ts'
import type { DataSource } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import { readCollectionName, readDatabaseName } from './names.ts'
import { type OpenFile, openOwnFiles } from './own-files.ts'

/** The databases of one data source, by the names that its app knows, and no others. Values come in BSON classes. */
export type Databases = {
  readonly engine: Documents['engine']
  /** @throws `Unavailable` (DocumentsError) */
  offers(): Promise<Offers>
  /** @throws `namespaceRefused` */
  collection(database: string, collection: string): Collection
  listDatabases(): Promise<string[]>
  /** @throws `namespaceRefused` */
  listCollections(database: string): Promise<string[]>
}

export type Sources = {
  /** @throws `dataSourceUnavailable` */
  open(app: App, source: DataSource): Promise<Databases>
  /** Waits for writes under way. May be called twice. */
  close(): Promise<void>
}

export type SourcesOptions = {
  /** The data folder. */
  readonly folder: string
  /** Opens the file of an own data source. Default: the embedded engine with its change log. */
  readonly openFile?: OpenFile
}

const namesOf = (documents: Documents): Databases => ({
  engine: documents.engine,
  offers: () => documents.offers(),
  collection: (database, collection) =>
    documents
      .database(readDatabaseName('database', database))
      .collection(readCollectionName('collection', collection), { promoteValues: false }),
  listDatabases: () => documents.listDatabases(),
  listCollections: database =>
    documents.database(readDatabaseName('database', database)).listCollections(),
})

export const openSources = ({ folder, openFile }: SourcesOptions): Sources => {
  const files = openOwnFiles(folder, openFile)
  return {
    open: async ({ clientAppId }, { name, link }) => {
      if (link.kind !== 'own') throw new AppError('dataSourceUnavailable', { name })
      try {
        return namesOf(await files.open(clientAppId, name))
      } catch (cause) {
        if (!isUnavailable(cause)) throw cause
        throw new AppError('dataSourceUnavailable', { name }, { cause })
      }
    },
    close: () => files.close(),
  }
}
