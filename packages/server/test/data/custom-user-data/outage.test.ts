import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer, testCluster } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { claimsOf, logIn, refused } from '../../client/clients.ts'
import { openProxy } from '../../several-servers/proxy.ts'
import { people } from './people.ts'

const secret = 'hunter2'

/** Takes connections and never says a word. */
const openSilence = async () => {
  const server = createServer(socket => socket.on('error', () => {}))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    links: {
      REGENT_DATA_SOURCE_MONGODB_ATLAS: `mongodb://ada:${secret}@127.0.0.1:${port}/?directConnection=true`,
    },
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

const warnings = (server: TestServer) =>
  server.logs().filter(({ msg }) => String(msg).startsWith('custom user data cannot be read'))

describe('custom user data whose source does not answer', () => {
  it('keeps nobody from logging in for long, and is told once', async () => {
    await using silence = await openSilence()
    await using server = await startTestServer({
      app: people,
      settings: { dataSourceLinks: silence.links },
    })

    const began = performance.now()
    const first = await logIn(server, 'anon-user')
    const took = performance.now() - began
    const many = await Promise.all(Array.from({ length: 5 }, () => logIn(server, 'anon-user')))
    const refreshed = await server.request('POST', clientPaths.session(), {
      bearer: first.refresh_token,
    })

    expect(took).toBeLessThan(6_000)
    expect(refreshed.status).toBe(201)
    for (const { access_token } of [first, ...many]) {
      expect(claimsOf(access_token)).not.toHaveProperty('user_data')
    }
    expect(warnings(server)).toMatchObject([
      {
        level: 40,
        msg: 'custom user data cannot be read: tokens are given out without it',
        app: 'test-aaaaa',
        dataSource: 'mongodb-atlas',
      },
    ])
    expect(JSON.stringify(server.logs())).not.toContain(secret)
  })

  it.runIf(testCluster !== undefined)(
    'is in the tokens again when its source is back, without a restart',
    { timeout: 40_000 },
    async () => {
      const cluster = new URL(testCluster ?? '')
      await using road = await openProxy({ host: cluster.hostname, port: Number(cluster.port) })
      road.refuse()
      const address = `mongodb://127.0.0.1:${road.port}/?directConnection=true`
      const database = `people_${randomBytes(6).toString('hex')}`
      await using server = await startTestServer({
        app: { ...people, customUserData: { ...people.customUserData, database } },
        settings: { dataSourceLinks: { REGENT_DATA_SOURCE_MONGODB_ATLAS: address } },
      })
      const { access_token, refresh_token, user_id: owner } = await logIn(server, 'anon-user')
      const documents = await openMongoDb({ address: testCluster ?? '' })
      await documents.database(database).collection('people').insertOne({ _id: 1, owner })

      road.pass()
      const read = async () => {
        const response = await server.request('POST', clientPaths.session(), {
          bearer: refresh_token,
        })
        return claimsOf(((await response.json()) as { access_token: string }).access_token)
      }

      expect(claimsOf(access_token)).not.toHaveProperty('user_data')
      await expect.poll(read, { timeout: 20_000 }).toHaveProperty('user_data', { _id: 1, owner })
      expect(server.logs()).toContainEqual(
        expect.objectContaining({ msg: 'custom user data can be read again', app: 'test-aaaaa' }),
      )
      await documents.database(database).drop()
      await documents.close()
    },
  )

  it('lets nobody in where it decides, and runs no function without it', async () => {
    await using silence = await openSilence()
    await using server = await startTestServer({
      app: {
        ...people,
        functions: {
          whoami: 'exports = () => context.user.custom_data',
          forNobodyBanned: {
            source: 'exports = () => 1',
            canEvaluate: { '%%user.custom_data.banned': { '%exists': false } },
          },
        },
      },
      settings: { dataSourceLinks: silence.links },
    })
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const call = async (name: string) =>
      refused(
        await server.request('POST', clientPaths.callFunction(server.app.clientAppId), {
          bearer,
          json: { name, arguments: [] },
        }),
      )

    const away = {
      status: 503,
      error: "the data source 'mongodb-atlas' cannot be reached now, try again",
    }
    expect(await Promise.all([call('whoami'), call('forNobodyBanned')])).toEqual([away, away])
  })
})
