import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { EntryQuery, KeptEntry } from '../../src/activity/entry.ts'
import { claimsOf, logIn } from '../client/clients.ts'
import { ada, attempt, logInAda, newestToken, register } from '../threats/people.ts'

const device = { platform: 'ios', platformVersion: '18.1', sdk: 'Swift', sdkVersion: '10.50.0' }
const app = 'test-aaaaa'

const entriesOf = (server: TestServer, query: EntryQuery = {}): Promise<KeptEntry[]> =>
  server.deps.activity.find({ appId: server.app.id, ...query })

const requestIdOf = (response: Response): string =>
  response.headers.get('x-appservices-request-id') ?? ''

describe('a log-in', () => {
  it('leaves an entry with who, from where, with what, and how it ended', async () => {
    await using server = await startTestServer()
    await register(server)
    const response = await server.request('POST', clientPaths.login(app, 'local-userpass'), {
      json: { username: 'Ada@Example.com', password: ada.password, options: { device } },
    })
    const { user_id: userId } = (await response.json()) as { user_id: string }

    const [entry] = await entriesOf(server, { requestId: requestIdOf(response) })

    expect(entry).toMatchObject({
      type: 'AUTH',
      event: 'login',
      appId: server.app.id,
      userId,
      account: ada.email,
      provider: 'local-userpass',
      isNewUser: true,
      client: device,
      address: '127.0.0.1',
      method: 'POST',
      path: clientPaths.login(app, 'local-userpass'),
      status: 200,
    })
    expect(entry?.error).toBeUndefined()
    expect(entry?.startedAt).toBeLessThanOrEqual(entry?.at ?? 0)
  })

  it('that fails leaves one that is found by the address that was tried', async () => {
    await using server = await startTestServer()
    await register(server)

    const response = await attempt(server, { email: 'ADA@example.com', password: 'wrong one' })

    const tried = await entriesOf(server, { account: ada.email, failed: true })
    expect(tried).toMatchObject([
      {
        requestId: requestIdOf(response),
        error: 'unauthorized',
        errorCode: 'InvalidPassword',
        status: 401,
      },
    ])
    expect(tried[0]?.userId).toBeUndefined()
  })

  it('that fails leaves one with the reason, which the client is not told', async () => {
    await using server = await startTestServer({
      app: { providers: ['api-key', { type: 'local-userpass', config: {} }] },
    })
    await register(server)
    const answers = [
      await attempt(server, { email: ada.email, password: ada.password }),
      await attempt(server, { email: ada.email, password: 'wrong one' }),
      await attempt(server, { email: 'bob@example.com', password: 'wrong one' }),
      await server.request('POST', clientPaths.login(app, 'api-key'), { json: { key: 'none' } }),
    ]

    const entries = await entriesOf(server, { failed: true })

    expect(entries.map(({ detail }) => detail)).toEqual([
      'no such key',
      'nobody has this e-mail address',
      'wrong password',
      'not confirmed yet',
    ])
    for (const answer of answers) {
      expect(Object.keys((await answer.json()) as object)).toEqual(['error', 'error_code', 'link'])
    }
  })

  it('with a password typed as the address keeps nothing of it', async () => {
    await using server = await startTestServer()

    await attempt(server, { email: 'my secret horse', password: 'x' })

    const [entry] = await entriesOf(server, { failed: true })
    expect(entry).toMatchObject({ event: 'login', error: 'unauthorized' })
    expect(JSON.stringify(entry)).not.toContain('horse')
  })
})

describe('the life of a user', () => {
  it('is told from registration to deletion', async () => {
    await using server = await startTestServer({
      app: {
        providers: ['anon-user', 'api-key', { type: 'local-userpass', config: {} }],
      },
    })
    await register(server)
    const proof = await newestToken(server)
    await server.request('POST', clientPaths.confirm(app), { json: proof })
    const guest = await logIn(server, 'anon-user')
    await server.request('POST', `${clientPaths.login(app, 'local-userpass')}?link=true`, {
      json: { username: ada.email, password: ada.password },
      bearer: guest.access_token,
    })
    await server.request('POST', clientPaths.apiKeys(), {
      json: { name: 'ci' },
      bearer: guest.refresh_token,
    })
    const second = await logInAda(server)
    await server.request('POST', clientPaths.session(), { bearer: second.refresh_token })
    await server.request('GET', clientPaths.profile(), { bearer: second.access_token })
    await server.request('DELETE', clientPaths.session(), { bearer: second.refresh_token })
    await server.request('DELETE', clientPaths.deleteUser(), { bearer: guest.access_token })

    const all = await entriesOf(server)
    const told = all.map(({ type, event, userId }) =>
      [type, event, userId === guest.user_id ? 'user' : 'nobody'].join(' '),
    )
    expect(told.toReversed()).toEqual([
      'MAIL send nobody',
      'AUTH register nobody',
      'AUTH confirm nobody',
      'AUTH login user',
      'AUTH link user',
      'API_KEY create user',
      'AUTH login user',
      'AUTH logout user',
      'AUTH delete user',
    ])
    expect(await entriesOf(server, { userId: guest.user_id, limit: 2 })).toHaveLength(2)
  })
})

describe('what was refused', () => {
  it('is found by the request id of its link, with the device that the session has', async () => {
    await using server = await startTestServer()
    const user = await logIn(server, 'anon-user', { options: { device } })

    const response = await server.request('POST', clientPaths.callFunction(app), {
      json: { name: 'nowhere', arguments: [] },
      bearer: user.access_token,
    })

    const { link } = (await response.json()) as { link: string }
    const requestId = new URL(link).searchParams.get('co_id') ?? ''
    const [entry] = await entriesOf(server, { requestId })
    expect(entry).toMatchObject({
      type: 'FUNCTION',
      name: 'nowhere',
      userId: user.user_id,
      deviceId: claimsOf(user.access_token).baas_device_id,
      error: "function not found: 'nowhere'",
      errorCode: 'FunctionNotFound',
      status: 404,
    })
  })

  it('leaves nothing when a token was only too old', async () => {
    await using server = await startTestServer()
    const { access_token: bearer } = await logIn(server, 'anon-user')
    server.advance(31 * 60 * 1000)

    const response = await server.request('GET', clientPaths.profile(), { bearer })

    expect(response.status).toBe(401)
    expect(await entriesOf(server, { failed: true })).toEqual([])
  })

  it('over and over from one address is counted after ten', async () => {
    await using server = await startTestServer()
    for (let count = 0; count < 60; count++) {
      await server.request('GET', clientPaths.profile(), { bearer: `no ${count}` })
    }
    server.advance(61_000)

    const told = async () =>
      (await server.deps.activity.find({ types: ['API'] })).map(({ count = 1 }) => count)
    await expect.poll(told, { timeout: 10_000 }).toEqual([50, ...Array(10).fill(1)])
    const [counted] = await server.deps.activity.find({})
    expect(counted).toMatchObject({ address: '127.0.0.1', errorCode: 'InvalidSession', count: 50 })
    expect(counted?.requestId).toBeUndefined()
  })
})
