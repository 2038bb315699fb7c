import { databaseOfAddress } from '../../domain/mongodb-address.ts'
import type { Collection, CollectionOptions, Database, Documents } from '../documents.ts'
import { checkCollectionName, checkDatabaseName } from '../embedded/engine/names.ts'
import { collectionIndexes } from './collection/indexes.ts'
import { collectionReads } from './collection/reads.ts'
import { openChangeStream } from './collection/watch.ts'
import { collectionWrites } from './collection/writes.ts'
import { type Connection, openConnection, operationMs } from './connection.ts'
import { askOffers } from './offers.ts'
import type { Place } from './place.ts'

export type MongoDbOptions = {
  /** `mongodb://…` or `mongodb+srv://…`. */
  readonly address: string
  /**
   * Database of a server of ours, in which `ping` writes its one document. Absent on a cluster of others, where
   * `ping` writes nothing.
   */
  readonly systemDatabase?: string
}

/** MongoDB through the official driver. */
export type MongoDbDocuments = Documents & {
  readonly engine: 'mongodb'
  /** `mongodb://host/database`, without who logs in. */
  readonly shownAddress: string
}

const openCollection = (place: Place): Collection => ({
  name: place.collection,
  ...collectionReads(place),
  ...collectionWrites(place),
  ...collectionIndexes(place),
  watch: options => openChangeStream(place, options),
})

const openDatabase = (connection: Connection, name: string): Database => {
  const database = checkDatabaseName(name)
  return {
    name,
    collection: (collection, { promoteValues = true, readPreference }: CollectionOptions = {}) =>
      openCollection({
        connection,
        database,
        collection: checkCollectionName(collection),
        promoteValues,
        readPreference,
      }),
    listCollections: () =>
      connection.run({ withinMs: operationMs, isRead: true }, async client => {
        const listed = await client.db(database).listCollections({}, { nameOnly: true }).toArray()
        const names = listed.map(entry => entry.name)
        return names.filter(each => !each.startsWith('system.')).toSorted()
      }),
    drop: () =>
      connection.run({ withinMs: operationMs }, async client => {
        await client.db(database).dropDatabase()
      }),
  }
}

const ping = (connection: Connection, database: string | undefined): Promise<void> =>
  connection.run({ withinMs: operationMs }, async client => {
    if (database === undefined) {
      await client.db('admin').command({ ping: 1 })
      return
    }
    const pings = client.db(database).collection<{ _id: string }>('ping')
    await pings.updateOne({ _id: 'ping' }, { $inc: { count: 1 } }, { upsert: true })
  })

/**
 * Opens a MongoDB cluster. Nothing is asked of it before the first operation; one that cannot reach it rejects
 * with `Unavailable` after some seconds, and works again when the cluster does.
 *
 * Writes are acknowledged by a majority and retried once, reads go to the primary, whatever the address says.
 *
 * @throws TypeError when the address cannot be read; its password is not in the message.
 */
export const openMongoDb = async ({
  address,
  systemDatabase,
}: MongoDbOptions): Promise<MongoDbDocuments> => {
  const connection = await openConnection(address)
  const probed = systemDatabase ?? databaseOfAddress(address) ?? 'test'
  return {
    engine: 'mongodb',
    ...(systemDatabase !== undefined && { systemDatabase }),
    shownAddress: connection.shownAddress,
    offers: () => askOffers(connection, probed),
    database: name => openDatabase(connection, name),
    listDatabases: () =>
      connection.run({ withinMs: operationMs, isRead: true }, async client => {
        const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
        return databases.map(({ name }) => name).toSorted()
      }),
    ping: () => ping(connection, systemDatabase),
    close: connection.close,
  }
}
