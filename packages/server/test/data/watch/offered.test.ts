import { randomBytes } from 'node:crypto'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { dropDatabases, testCluster } from '../../../testing/test-cluster.ts'
import { openStream } from './event-stream.ts'
import { logInAnonymously, shortly } from './shop.ts'

const all = { name: 'all', applyWhen: {}, read: true, write: true, insert: true }

const startLinked = (address: string): Promise<TestServer> =>
  startTestServer({
    app: {
      dataSources: [
        {
          name: 'mongodb-atlas',
          link: { kind: 'address', address },
          defaultRule: { roles: [all], filters: [] },
        },
      ],
    },
  })

describe.skipIf(testCluster === undefined)('a watch on a linked MongoDB', () => {
  it('tells changes where it has change streams, and says so where it has none', async () => {
    const address = String(testCluster)
    const documents = await openMongoDb({ address })
    const { changeStreams } = await documents.offers()
    const database = `watched_${randomBytes(6).toString('hex')}`
    await using server = await startLinked(address)
    const { token } = await logInAnonymously(server)

    const stream = await openStream(server, { token, watch: { database } })

    if (changeStreams) {
      await documents.database(database).collection('items').insertOne({ _id: 1 })
      expect((await stream.take(1)).map(shortly)).toEqual([['insert', 1]])
      stream.close()
      await dropDatabases(address, name => name === database)
    } else {
      await stream.ended
      expect(stream.status).toBe(400)
      expect(JSON.parse(stream.raw())).toMatchObject({
        error_code: 'BadRequest',
        error:
          "the data source 'mongodb-atlas' offers no change streams: watch needs a MongoDB replica set or sharded cluster",
      })
    }
    await documents.close()
  })
})
