import type { Collection as DriverCollection, MongoClient } from 'mongodb'
import type { Connection } from './connection.ts'

/** One collection, and how its documents are handed out. */
export type Place = {
  readonly connection: Connection
  readonly database: string
  readonly collection: string
  readonly promoteValues: boolean
}

export const driverCollection = (client: MongoClient, place: Place): DriverCollection =>
  client.db(place.database).collection(place.collection)
