import type { TestApp } from '@regent/server/testing'
import { BSON, Credentials, type User } from 'realm-web'
import { type Opened, openApp } from './open-app.ts'

export type Item = Realm.Services.MongoDB.Document & {
  name: string
  runId?: number
  hiddenField?: string
  [field: string]: unknown
}

/** The collection as the user has it, under the service's name in the tests of the original. */
export const itemsOf = (
  user: User,
  name = 'test-collection',
): Realm.Services.MongoDB.MongoDBCollection<Item> =>
  user.mongoClient('local-mongodb').db('test-database').collection<Item>(name)

/** A server with a data source and an anonymous user of it. */
export const openShop = async (
  app: Partial<TestApp> = {},
): Promise<{ readonly opened: Opened; readonly user: User }> => {
  const opened = await openApp({ app: { dataSources: ['local-mongodb'], ...app } })
  return { opened, user: await opened.app.logIn(Credentials.anonymous()) }
}

export const isObjectId = (value: unknown): boolean =>
  value instanceof BSON.ObjectId && /^[0-9a-f]{24}$/.test(value.toHexString())
