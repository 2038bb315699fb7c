import { type AdminApiKeyWire, adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, post, profileOf, refused } from '../client/clients.ts'

const app = { providers: ['anon-user', 'local-userpass', 'api-key'] } as const
const notFound = { status: 404, error: 'API key not found', error_code: 'APIKeyNotFound' }

const ask = (server: TestServer, method: string, path: string, json?: unknown) =>
  server.request(method, path, {
    bearer: server.operatorKey,
    ...(json !== undefined && { json }),
  })

const keysPath = ({ projectId, app }: TestServer, query = '') =>
  `${adminPaths.apiKeys(projectId, app.id)}${query}`

const create = (server: TestServer, name: unknown) =>
  ask(server, 'POST', keysPath(server), { name })

const made = async (server: TestServer, name = 'nightly') => {
  const answer = await create(server, name)
  expect(answer.status).toBe(201)
  return (await answer.json()) as AdminApiKeyWire & { key: string }
}

const listed = async (server: TestServer, query = '') =>
  (await ask(server, 'GET', keysPath(server, query))).json()

const tryLogin = async (server: TestServer, key: string) =>
  (await post(server, clientPaths.login('test-aaaaa', 'api-key'), { key })).status

describe('server keys', () => {
  it('tell the key once; a list shows its first letters and its user', async () => {
    await using server = await startTestServer({ app })

    const { key, ...rest } = await made(server)

    expect(key).toMatch(/^rgk[A-Za-z0-9]{61}$/)
    expect(rest).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'nightly',
      disabled: false,
      prefix: key.slice(0, 8),
      user_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      created_at: expect.any(Number),
    })
    expect(await listed(server)).toEqual([rest])
    const path = adminPaths.apiKey(server.projectId, server.app.id, rest._id)
    expect(await (await ask(server, 'GET', path)).json()).toEqual(rest)
  })

  it('have a user of type server each, from the beginning', async () => {
    await using server = await startTestServer({ app })
    const { _id, key, user_id } = await made(server)
    const user = await ask(server, 'GET', adminPaths.user(server.projectId, server.app.id, user_id))

    expect(await user.json()).toMatchObject({
      _id: user_id,
      type: 'server',
      identities: [{ id: _id, provider_type: 'api-key' }],
      data: { name: 'nightly' },
    })
    const login = await logIn(server, 'api-key', { key })
    expect(login.user_id).toBe(user_id)
    expect(await profileOf(server, login.access_token)).toMatchObject({
      user_id,
      type: 'server',
      data: { name: 'nightly' },
    })
    expect(
      (await logIn(server, 'api-key', { key: (await made(server, 'b')).key })).user_id,
    ).not.toBe(user_id)
  })

  it('show when they were used last, by the hour', async () => {
    await using server = await startTestServer({ app })
    const { key } = await made(server)
    const used = async () => ((await listed(server)) as AdminApiKeyWire[])[0]?.last_used_at
    expect(await used()).toBeUndefined()

    const first = Number(claimsOf((await logIn(server, 'api-key', { key })).access_token).iat)
    const once = await used()
    server.advance(600_000)
    await logIn(server, 'api-key', { key })
    expect(await used()).toBe(once)
    server.advance(3_600_000)
    await logIn(server, 'api-key', { key })

    expect(once).toBeLessThanOrEqual(first + 1)
    expect(await used()).toBeGreaterThanOrEqual(first + 4_200)
  })

  it('are refused from the moment they are disabled until they are enabled', async () => {
    await using server = await startTestServer({ app })
    const { _id, key } = await made(server)
    const { refresh_token: bearer } = await logIn(server, 'api-key', { key })
    const { projectId, app: shop } = server

    const off = await ask(server, 'PUT', adminPaths.disableApiKey(projectId, shop.id, _id))
    expect([off.status, await off.text(), await tryLogin(server, key)]).toEqual([204, '', 401])
    expect(
      await refused(await server.request('POST', clientPaths.session(), { bearer })),
    ).toMatchObject({ status: 401, error_code: 'InvalidSession' })
    const on = await ask(server, 'PUT', adminPaths.enableApiKey(projectId, shop.id, _id))
    expect([on.status, await tryLogin(server, key)]).toEqual([204, 200])
    expect(await listed(server)).toMatchObject([{ _id, disabled: false }])
  })

  it('go with their user, and their user with them', async () => {
    await using server = await startTestServer({ app })
    const { projectId, app: shop } = server
    const [a, b] = [await made(server, 'a'), await made(server, 'b')]
    const userPath = (id: string) => adminPaths.user(projectId, shop.id, id)
    const keyPath = (id: string) => adminPaths.apiKey(projectId, shop.id, id)

    const gone = await ask(server, 'DELETE', keyPath(a._id))
    expect([gone.status, await gone.text()]).toEqual([204, ''])
    await ask(server, 'DELETE', userPath(b.user_id))

    expect([await tryLogin(server, a.key), await tryLogin(server, b.key)]).toEqual([401, 401])
    for (const { _id, user_id } of [a, b]) {
      expect(await refused(await ask(server, 'GET', keyPath(_id)))).toEqual(notFound)
      expect((await ask(server, 'GET', userPath(user_id))).status).toBe(404)
    }
    expect(await listed(server)).toEqual([])
    expect((await create(server, 'a')).status).toBe(201)
  })

  it('cannot make keys of their own, nor lose their only identity', async () => {
    await using server = await startTestServer({ app })
    const { _id, key } = await made(server)
    const { access_token, refresh_token } = await logIn(server, 'api-key', { key })
    const own = { bearer: refresh_token, json: { name: 'mine' } }

    expect(await refused(await server.request('POST', clientPaths.apiKeys(), own))).toEqual({
      status: 403,
      error: 'anonymous users and server users cannot have API keys',
    })
    const path = clientPaths.identity('api-key', _id)
    const unlinked = await server.request('DELETE', path, { bearer: access_token })
    expect(await refused(unlinked)).toMatchObject({
      error:
        'cannot unlink the only identity of a user: link another one first, or delete the user',
    })
    const keys = await server.request('GET', clientPaths.apiKeys(), { bearer: refresh_token })
    expect(await keys.json()).toEqual([])
  })

  it('are refused by the same rules as those of users, a hundred at most', async () => {
    await using server = await startTestServer({ app })
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) => create(server, `key-${index % 110}`)),
    )

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100)
    expect(await refused(await create(server, 'more'))).toMatchObject({
      status: 400,
      error: 'there are 100 API keys already, delete one first',
    })
    const [first] = (await listed(server)) as AdminApiKeyWire[]
    expect(await refused(await create(server, first?.name))).toMatchObject({ status: 409 })
    expect(await refused(await create(server, 'a b'))).toMatchObject({ status: 400 })
    expect(await refused(await create(server, ''))).toMatchObject({ status: 400 })
  })

  it('cannot be made while the app takes none', async () => {
    await using server = await startTestServer()

    expect(await refused(await create(server, 'ci'))).toMatchObject({
      status: 404,
      error_code: 'AuthProviderNotFound',
    })
  })
})

describe('a key that was found somewhere', () => {
  it("is found by its first letters, a user's too, and can be ended", async () => {
    await using server = await startTestServer({ app })
    const ada = { email: 'ada@example.com', password: 'ada-secret' }
    await post(server, clientPaths.register('test-aaaaa'), ada)
    const login = { username: ada.email, password: ada.password }
    const { refresh_token, user_id } = await logIn(server, 'local-userpass', login)
    const options = { bearer: refresh_token, json: { name: 'ci' } }
    const answer = await server.request('POST', clientPaths.apiKeys(), options)
    const { _id, key } = (await answer.json()) as { _id: string; key: string }

    expect(await listed(server, `?prefix=${key.slice(0, 8)}`)).toMatchObject([{ _id, user_id }])
    expect(await listed(server, '?prefix=rgk00000')).toEqual([])
    expect(await listed(server)).toEqual([])
    const path = adminPaths.apiKey(server.projectId, server.app.id, _id)
    expect((await ask(server, 'DELETE', path)).status).toBe(204)
    expect(await tryLogin(server, key)).toBe(401)
  })

  it('is not found in another app, nor by what is no key id', async () => {
    await using server = await startTestServer({ app: [app, { ...app, clientAppId: 'b-aaaaa' }] })
    const { _id } = await made(server)
    const other = server.apps[1]?.id ?? ''

    for (const [appId, id] of [
      [other, _id],
      [server.app.id, 'nonsense'],
    ] as const) {
      const { projectId } = server
      for (const [method, path] of [
        ['GET', adminPaths.apiKey(projectId, appId, id)],
        ['DELETE', adminPaths.apiKey(projectId, appId, id)],
        ['PUT', adminPaths.enableApiKey(projectId, appId, id)],
        ['PUT', adminPaths.disableApiKey(projectId, appId, id)],
      ] as const) {
        expect(await refused(await ask(server, method, path))).toEqual(notFound)
      }
    }
    expect(
      await refused(await ask(server, 'GET', keysPath(server, '?prefix=a&prefix=b'))),
    ).toMatchObject({ status: 400, error: "'prefix' must be given once" })
  })
})
