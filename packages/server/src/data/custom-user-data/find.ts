import { type Document, ObjectId } from 'bson'
import type { Collection, ReadLimits } from '../../documents/documents.ts'
import type { App } from '../../domain/app.ts'
import type { CustomUserData, DataSource } from '../../domain/data-source.ts'
import type { Databases } from '../sources/databases.ts'
import type { Sources } from '../sources/sources.ts'

/** Where the custom user data of an app is. */
export type CustomDataPlace = {
  readonly app: App
  readonly source: DataSource
  readonly databases: Databases
  readonly collection: Collection
  readonly settings: CustomUserData
}

/** Finds the place of an app, `undefined` when it has none. It throws `dataSourceUnavailable`. */
export const openPlaces = (
  sources: Sources,
): ((app: App) => Promise<CustomDataPlace | undefined>) => {
  const known = new WeakMap<App, CustomDataPlace>()
  return async app => {
    const settings = app.customUserData
    const source = app.dataSources.find(({ name }) => name === settings?.source)
    if (!settings || !source) return undefined
    const databases = await sources.open(app, source)
    const before = known.get(app)
    if (before?.databases === databases) return before
    const collection = databases.collection(settings.database, settings.collection)
    const place = { app, source, databases, collection, settings }
    known.set(app, place)
    return place
  }
}

/**
 * The user's document: the one with the id as a string before one with it as an ObjectId, and of several the one
 * inserted first. Here an index makes each a read of microseconds; a cluster is asked once.
 */
export const findDocument = async (
  { databases, collection, settings }: CustomDataPlace,
  userId: string,
  limits: ReadLimits,
): Promise<Document | undefined> => {
  const field = settings.userIdField
  const objectId = ObjectId.createFromHexString(userId)
  if (databases.engine === 'embedded') {
    return (
      (await collection.findOne({ [field]: userId }, limits)) ??
      (await collection.findOne({ [field]: objectId }, limits))
    )
  }
  const [first] = await collection.find(
    { [field]: { $in: [userId, objectId] } },
    { sort: { [field]: 1 }, limit: 1, ...limits },
  )
  return first
}
