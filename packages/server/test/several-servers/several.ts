import { randomBytes } from 'node:crypto'
import type { TestContext } from 'vitest'
import { prefixedNaming } from '../../src/data/sources/naming.ts'
import { withDatabase } from '../../src/domain/mongodb-address.ts'
import { dropDatabases } from '../../testing/test-cluster.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { needCluster } from '../documents/mongodb/cluster.ts'
import { clientAppId, type Serving, serve } from '../workers/serve.ts'

/** Where browsers know all of the servers; what is before them picks one. */
export const publicUrl = 'https://auth.shop.example'

export type Several = AsyncDisposable & {
  /** Address of their store. */
  readonly store: string
  /** Starts one more, with a data folder of its own. */
  start(options?: StartOptions): Promise<Serving>
}

type StartOptions = {
  /** Default that of all. */
  readonly store?: string
  readonly args?: readonly string[]
}

/** Servers with one store and one master key. Without a MongoDB to test against the test is skipped, aloud. */
export const openSeveral = async (context: TestContext): Promise<Several> => {
  const database = `regent_t${randomBytes(8).toString('hex')}`
  const cluster = needCluster(context)
  const store = withDatabase(cluster, database)
  const masterKey = randomBytes(32).toString('base64')
  const opened = new AsyncDisposableStack()

  const start: Several['start'] = async ({ store: address = store, args = [] } = {}) => {
    const folder = opened.use(await makeFolder())
    return opened.use(
      await serve(folder.path, {
        args: ['--store', address, ...args],
        env: {
          REGENT_MASTER_KEY: masterKey,
          REGENT_PUBLIC_URL: publicUrl,
          REGENT_PRIVATE_ADDRESSES: '127.0.0.1,::1',
        },
      }),
    )
  }
  const own = prefixedNaming({ server: database, clientAppId, source: 'mongodb-atlas' })
  opened.defer(() =>
    dropDatabases(cluster, name => name === database || own.fromStored(name) !== undefined),
  )
  return { store, start, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
