import { join } from 'node:path'
import type { MongoClient } from 'mongodb'
import { prefixedNaming } from '../data/sources/naming.ts'
import type { Database, Documents } from '../documents/documents.ts'
import { openEmbedded } from '../documents/embedded/index.ts'
import { openConnection } from '../documents/mongodb/connection.ts'
import { openMongoDb } from '../documents/mongodb/index.ts'
import { logsDatabaseOf, serverDatabaseOf } from '../domain/mongodb-address.ts'
import { systemDatabase } from '../store/store.ts'

/** Where a server keeps what it has. */
export type StorePlace = {
  /** The data folder. */
  readonly folder: string
  /** Address of the MongoDB; `undefined` for a store in the data folder. */
  readonly store: string | undefined
}

/** Opens the server's own documents to be read, whether or not a server runs. */
export const openToRead = ({ folder, store }: StorePlace): Promise<Documents> =>
  store === undefined
    ? openEmbedded({ path: join(folder, 'system.db'), readOnly: true })
    : openMongoDb({ address: store, systemDatabase: serverDatabaseOf(store) })

/** True for the databases of data sources that an app has in the server's own cluster. */
const ownNames = async (database: Database, server: string): Promise<(name: string) => boolean> => {
  const apps = await database
    .collection('apps')
    .find({}, { projection: { clientAppId: 1, 'dataSources.name': 1 }, hint: '_id_' })
  const namings = apps.flatMap(({ clientAppId, dataSources = [] }) =>
    dataSources.map(({ name }: { name: string }) =>
      prefixedNaming({ server, clientAppId, source: name }),
    ),
  )
  return name => namings.some(naming => naming.fromStored(name) !== undefined)
}

/** The databases that are the server's: its own, its logs, and those of data sources that apps keep with it. */
export const databasesOf = async (documents: Documents, server: string): Promise<string[]> => {
  const isOwn = await ownNames(systemDatabase(documents), server)
  const listed = await documents.listDatabases()
  return listed.filter(name => name === server || name === logsDatabaseOf(server) || isOwn(name))
}

/** Connects to a MongoDB with the driver itself, for what `Documents` does not offer: raw bytes and indexes as listed. */
export const openClient = async (
  address: string,
): Promise<{ readonly client: MongoClient; close(): Promise<void> }> => {
  const { client, close } = await openConnection(address)
  return { client, close }
}
