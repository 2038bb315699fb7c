import { randomBytes } from 'node:crypto'
import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { withDatabase } from '../../../src/domain/mongodb-address.ts'
import { startTestServer, type TestServer } from '../../../testing/index.ts'
import { dropDatabases } from '../../../testing/test-cluster.ts'
import { needCluster } from './cluster.ts'

const key = (): string => randomBytes(32).toString('base64')

/** A store of the test alone, which goes with it. */
const newStore = (cluster: string): { store: string } & AsyncDisposable => {
  const name = `regent_t${randomBytes(6).toString('hex')}`
  return {
    store: withDatabase(cluster, name),
    [Symbol.asyncDispose]: () => dropDatabases(cluster, each => each === name),
  }
}

const logIn = async (server: TestServer): Promise<{ refresh_token: string; user_id: string }> => {
  const path = clientPaths.login(server.app.clientAppId, 'anon-user')
  const response = await server.request('POST', path, { json: {} })
  expect(response.status).toBe(200)
  return (await response.json()) as { refresh_token: string; user_id: string }
}

describe('a store in MongoDB', () => {
  it('is shared by servers that start at once: indexes, project, app, users, sessions', async context => {
    await using place = newStore(needCluster(context))
    const settings = { store: place.store, masterKey: key() }
    const app = { clientAppId: 'shop-abcde' }

    const servers = await Promise.all([1, 2, 3].map(() => startTestServer({ app, settings })))
    const [first, second, third] = servers as [TestServer, TestServer, TestServer]
    try {
      const { refresh_token: bearer } = await logIn(first)
      const refreshed = await second.request('POST', clientPaths.session(), { bearer })
      const ended = await third.request('DELETE', clientPaths.session(), { bearer })
      const after = await first.request('POST', clientPaths.session(), { bearer })

      expect(new Set(servers.map(({ projectId }) => projectId)).size).toBe(1)
      expect(new Set(servers.map(server => server.app.id)).size).toBe(1)
      expect([refreshed.status, ended.status, after.status]).toEqual([201, 204, 401])
    } finally {
      await Promise.all(servers.map(server => server[Symbol.asyncDispose]()))
    }
  }, 60_000)

  it('is told in the log with what its cluster offers', async context => {
    await using place = newStore(needCluster(context))
    await using server = await startTestServer({ settings: { store: place.store } })

    const line = server.logs().find(({ msg }) => msg === 'store opened')

    expect(line).toMatchObject({ engine: 'mongodb', server: expect.stringMatching(/\d/) })
    expect(typeof line?.changeStreams).toBe('boolean')
  }, 60_000)

  it('is not opened with another master key than the one it was sealed with', async context => {
    await using place = newStore(needCluster(context))
    const { store } = place
    const first = await startTestServer({ settings: { store, masterKey: key() } })
    await first[Symbol.asyncDispose]()

    const second = startTestServer({ settings: { store, masterKey: key() } })

    await expect(second).rejects.toThrow('master key')
  }, 60_000)
})

describe('a store that is away', () => {
  it('keeps a server from starting, within seconds and without telling a password', async () => {
    const store = 'mongodb://ada:s3cret@127.0.0.1:1/regent_t?directConnection=true'
    const startedAt = performance.now()

    const failure = await startTestServer({ settings: { store } }).catch((error: Error) => error)

    expect(failure).toMatchObject({ codeName: 'Unavailable' })
    expect(String((failure as Error).stack)).not.toContain('s3cret')
    expect(performance.now() - startedAt).toBeLessThan(16_000)
  })

  it('is named by the setting when the address cannot be read', async () => {
    const store = 'mongodb://ada:s3cret@host:port:1/regent'

    const failure = await startTestServer({ settings: { store } }).catch((error: Error) => error)

    expect((failure as Error).message).toMatch(/^REGENT_STORE: mongodb:/)
    expect(String((failure as Error).stack)).not.toContain('s3cret')
  })
})
