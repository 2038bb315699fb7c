import { createServer } from 'node:net'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, refused } from '../../client/clients.ts'
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
