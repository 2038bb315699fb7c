import { type Document, serialize } from 'bson'
import type { Collection as DriverCollection, MongoClient } from 'mongodb'
import type { ReadPreference } from '../documents.ts'
import { decodeFor } from '../embedded/engine/decode.ts'
import type { Connection } from './connection.ts'

/** One collection, and how its documents are handed out. */
export type Place = {
  readonly connection: Connection
  readonly database: string
  readonly collection: string
  readonly promoteValues: boolean
  readonly readPreference?: ReadPreference | undefined
}

export const driverCollection = (client: MongoClient, place: Place): DriverCollection =>
  client
    .db(place.database)
    .collection(place.collection, place.readPreference && { readPreference: place.readPreference })

/** Options under which the driver keeps every value in a BSON class, where it cannot hand out bytes. */
export const exactValues = { promoteValues: false, bsonRegExp: true } as const

/**
 * What the driver decoded, as our own decoder hands it out. The driver loads a copy of the BSON classes of its
 * own, so that its values are no instances of ours.
 */
export const toOwnValues = (decoded: Document, promoteValues: boolean): Document =>
  decodeFor(promoteValues)(serialize(decoded))
