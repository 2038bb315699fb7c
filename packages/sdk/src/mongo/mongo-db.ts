import { readString } from '../arguments.ts'
import { MongoDBCollection } from './collection.ts'
import type { AnyDocument } from './documents.ts'
import type { ServiceCalls } from './service-calls.ts'

/** A database of a data source. */
export type MongoDBDatabase = {
  readonly name: string
  /** Sends nothing. `T` is the type of its documents. */
  collection<T extends object = AnyDocument>(collectionName: string): MongoDBCollection<T>
}

/** A data source of the app. */
export type MongoDB = {
  readonly serviceName: string
  /** Sends nothing. */
  db(databaseName: string): MongoDBDatabase
}

/**
 * A data source by its name.
 *
 * @throws TypeError for a name that is none, Error for an empty one, as the Realm SDK does
 */
export const openMongoDB = (calls: ServiceCalls, name: unknown): MongoDB => {
  const service = readString(name, 'serviceName')
  if (service === '') {
    throw new Error('Please provide the name of the MongoDB service to connect to.')
  }
  return {
    serviceName: service,
    db: databaseName => {
      const database = readString(databaseName, 'databaseName')
      return {
        name: database,
        collection: <T extends object>(collectionName: string) => {
          const collection = readString(collectionName, 'collectionName')
          return new MongoDBCollection<T>(calls, { service, database, collection })
        },
      }
    },
  }
}
