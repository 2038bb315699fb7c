import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import type { Document } from 'bson'
import type { Config } from '../../../src/config.ts'
import { system } from '../../../src/data/actor.ts'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import type { DataSource, RuleSet } from '../../../src/domain/data-source.ts'
import { testCluster, testStoreOf } from '../../../testing/test-cluster.ts'
import { logIn } from '../../client/clients.ts'

/** True when the servers of this run keep their data on a MongoDB. */
export const isOnCluster = testStoreOf('') !== undefined

/** False only for servers over a MongoDB without change streams. */
export const offersChanges: boolean = await (async () => {
  if (!isOnCluster || testCluster === undefined) return true
  const documents = await openMongoDb({ address: testCluster })
  const { changeStreams } = await documents.offers()
  await documents.close()
  return changeStreams
})()

type ShopOptions = {
  /** Rules of the data source. Default: everybody may do everything. */
  readonly source?: Partial<DataSource>
  readonly app?: TestApp
  readonly settings?: Partial<Config>
  readonly dataDir?: string
}

/** A server with one own data source. */
export const startShop = ({
  source,
  app,
  settings,
  dataDir,
}: ShopOptions = {}): Promise<TestServer> =>
  startTestServer({
    app: {
      ...app,
      dataSources: [source === undefined ? 'mongodb-atlas' : { name: 'mongodb-atlas', ...source }],
    },
    ...(settings && { settings }),
    ...(dataDir !== undefined && { dataDir }),
  })

/** Rules of `shop.items`. */
export const itemRules = (rules: RuleSet): Partial<DataSource> => ({
  rules: [{ database: 'shop', collection: 'items', ...rules }],
})

export const logInAnonymously = async (
  server: TestServer,
): Promise<{ token: string; userId: string; refreshToken: string }> => {
  const wire = await logIn(server, 'anon-user')
  return {
    token: wire.access_token,
    userId: wire.user_id,
    refreshToken: wire.refresh_token as string,
  }
}

/** Writes as the system, whom no rule binds. */
export const write = (
  server: TestServer,
  action: string,
  given: Readonly<Record<string, unknown>>,
  collection = 'items',
): Promise<unknown> =>
  server.deps.data.run(
    server.app,
    {
      service: 'mongodb-atlas',
      action,
      args: [{ database: 'shop', collection, ...given }],
      dialect: 'client',
    },
    system,
  )

export const insert = (server: TestServer, ...documents: Document[]): Promise<unknown> =>
  write(server, 'insertMany', { documents })

/** What happened to which document. */
export const shortly = ({ operationType, documentKey }: Document): unknown[] => [
  operationType,
  documentKey?._id,
]
