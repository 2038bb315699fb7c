import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { testCluster as address, startTestServer } from '@regent/server/testing'
import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { claimsOf, logIn } from '../../client/clients.ts'
import { people } from './people.ts'

/** People in a database of their own on the cluster, which goes at the end. */
const openPeople = async (url: string) => {
  const documents = await openMongoDb({ address: url })
  const database = `people_${randomBytes(6).toString('hex')}`
  return {
    collection: documents.database(database).collection('people'),
    app: { ...people, customUserData: { ...people.customUserData, database } },
    links: { REGENT_DATA_SOURCE_MONGODB_ATLAS: url },
    [Symbol.asyncDispose]: async () => {
      await documents.database(database).drop()
      await documents.close()
    },
  }
}

const isAboutIndex = ({ msg }: Record<string, unknown>) => String(msg).includes('has no index')

describe('the index of custom user data', () => {
  it('is made where the documents are the server’s own', async () => {
    await using server = await startTestServer({ app: people, settings: { store: undefined } })
    await server.stop()
    const documents = await openEmbedded({
      path: join(server.dataDir, 'apps', 'test-aaaaa', 'mongodb-atlas.db'),
    })

    const indexes = await documents.database('shop').collection('people').listIndexes()
    await documents.close()

    expect(indexes).toContainEqual(expect.objectContaining({ key: { owner: 1 } }))
  })

  describe.runIf(address !== undefined)('on a cluster', () => {
    it('is asked for in the log when there is none, and not when there is', async () => {
      await using cluster = await openPeople(address ?? '')
      const options = { app: cluster.app, settings: { dataSourceLinks: cluster.links } }

      await using without = await startTestServer(options)
      await cluster.collection.createIndex({ owner: 1 })
      await using with_ = await startTestServer(options)

      expect(without.logs().filter(isAboutIndex)).toMatchObject([
        {
          level: 40,
          msg: 'custom user data has no index: every log-in and refresh reads the whole collection',
          app: 'test-aaaaa',
          dataSource: 'mongodb-atlas',
          create: 'createIndex({ "owner": 1 })',
        },
      ])
      expect(with_.logs().filter(isAboutIndex)).toEqual([])
    })

    it('is not needed to find the id as a string before the id as an ObjectId', async () => {
      await using cluster = await openPeople(address ?? '')
      await using server = await startTestServer({
        app: cluster.app,
        settings: { dataSourceLinks: cluster.links },
      })
      const { user_id: id, refresh_token } = await logIn(server, 'anon-user')
      const read = async () => {
        const response = await server.request('POST', '/api/client/v2.0/auth/session', {
          bearer: refresh_token,
        })
        const { access_token } = (await response.json()) as { access_token: string }
        return claimsOf(access_token).user_data
      }

      await cluster.collection.insertOne({ _id: 1, owner: new ObjectId(id) })
      const byObjectId = await read()
      await cluster.collection.insertOne({ _id: 2, owner: id })

      expect(byObjectId).toEqual({ _id: 1, owner: { $oid: id } })
      expect(await read()).toEqual({ _id: 2, owner: id })
    })
  })
})
