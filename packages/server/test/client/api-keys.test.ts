import { clientPaths, type LoginWire, type NewApiKeyWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, post, profileOf, refused } from './clients.ts'

const keys = clientPaths.apiKeys()
const app = { providers: ['anon-user', 'local-userpass', 'api-key'] } as const
const notFound = { status: 404, error: 'API key not found', error_code: 'APIKeyNotFound' }
const unauthorized = { status: 401, error: 'unauthorized', error_code: 'AuthError' }
const loginPath = clientPaths.login('test-aaaaa', 'api-key')

const person = async (server: TestServer, email: string): Promise<LoginWire> => {
  await post(server, clientPaths.register('test-aaaaa'), { email, password: 'ada-secret' })
  return logIn(server, 'local-userpass', { username: email, password: 'ada-secret' })
}

const create = (server: TestServer, { refresh_token: bearer }: LoginWire, name: unknown) =>
  server.request('POST', keys, { bearer, json: { name } })

const made = async (server: TestServer, user: LoginWire, name = 'ci'): Promise<NewApiKeyWire> => {
  const answer = await create(server, user, name)
  expect(answer.status).toBe(201)
  return (await answer.json()) as NewApiKeyWire
}

const listed = async (server: TestServer, { refresh_token: bearer }: LoginWire) =>
  (await server.request('GET', keys, { bearer })).json()

const status = async (answer: Promise<Response>): Promise<number> => (await answer).status

describe('API keys of a user', () => {
  it('tell the key once, and later exactly id, name and disabled', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const bearer = ada.refresh_token

    const key = await made(server, ada)
    const one = await server.request('GET', clientPaths.apiKey(key._id), { bearer })

    expect(key).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: expect.stringMatching(/^rgk[A-Za-z0-9]{61}$/),
      name: 'ci',
      disabled: false,
    })
    expect(await listed(server, ada)).toEqual([{ _id: key._id, name: 'ci', disabled: false }])
    expect([one.status, await one.json()]).toEqual([
      200,
      { _id: key._id, name: 'ci', disabled: false },
    ])
  })

  it('log in as their owner, who then has an api-key identity behind the first', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const { key, _id } = await made(server, ada)

    const machine = await logIn(server, 'api-key', { key })
    await logIn(server, 'api-key', { key })

    expect(machine.user_id).toBe(ada.user_id)
    expect(claimsOf(machine.refresh_token).baas_identity).toMatchObject({
      id: _id,
      provider_type: 'api-key',
    })
    const profile = await profileOf(server, machine.access_token)
    expect(profile.identities.map(({ id, provider_type }) => [provider_type, id])).toEqual([
      ['local-userpass', expect.any(String)],
      ['api-key', _id],
    ])
    expect(profile).toMatchObject({
      type: 'normal',
      data: { email: 'ada@example.com', name: 'ci' },
    })
  })

  it('can be disabled, enabled and deleted; each twice over changes nothing', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const { key, _id } = await made(server, ada)
    const bearer = ada.refresh_token
    const put = (path: string) => status(server.request('PUT', path, { bearer }))
    const login = () => post(server, loginPath, { key })

    expect(await put(clientPaths.disableApiKey(_id))).toBe(204)
    expect(await put(clientPaths.disableApiKey(_id))).toBe(204)
    expect(await refused(await login())).toEqual(unauthorized)
    expect(await listed(server, ada)).toEqual([{ _id, name: 'ci', disabled: true }])
    expect(await put(clientPaths.enableApiKey(_id))).toBe(204)
    expect(await put(clientPaths.enableApiKey(_id))).toBe(204)
    expect((await login()).status).toBe(200)
    const gone = await server.request('DELETE', clientPaths.apiKey(_id), { bearer })
    expect([gone.status, await gone.text(), gone.headers.get('content-type')]).toEqual([
      204,
      '',
      null,
    ])
    expect(await refused(await login())).toEqual(unauthorized)
    const again = await server.request('DELETE', clientPaths.apiKey(_id), { bearer })
    expect(await refused(again)).toEqual(notFound)
    expect((await profileOf(server, ada.access_token)).identities).toHaveLength(1)
  })

  it('are listed oldest first, and a name is free again once its key is deleted', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const first = await made(server, ada, 'a')
    const second = await made(server, ada, 'b')
    const bearer = ada.refresh_token
    await server.request('DELETE', clientPaths.apiKey(first._id), { bearer })

    const third = await made(server, ada, 'a')

    const found = (await listed(server, ada)) as { _id: string }[]
    expect(found.map(({ _id }) => _id)).toEqual([second._id, third._id])
  })

  it("are not another user's business", async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const bob = await person(server, 'bob@example.com')
    const { _id } = await made(server, ada)
    const bearer = bob.refresh_token
    const calls = [
      ['GET', clientPaths.apiKey(_id)],
      ['DELETE', clientPaths.apiKey(_id)],
      ['PUT', clientPaths.enableApiKey(_id)],
      ['PUT', clientPaths.disableApiKey(_id)],
      ['GET', clientPaths.apiKey('nonsense')],
      ['DELETE', clientPaths.apiKey('65a0c0ffee00000000000b01')],
    ] as const

    for (const [method, path] of calls) {
      expect(await refused(await server.request(method, path, { bearer }))).toEqual(notFound)
    }
    expect(await listed(server, bob)).toEqual([])
    expect(await listed(server, ada)).toHaveLength(1)
  })

  it('need the refresh token', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const calls = [
      ['GET', keys],
      ['POST', keys],
      ['GET', clientPaths.apiKey('a')],
      ['DELETE', clientPaths.apiKey('a')],
      ['PUT', clientPaths.enableApiKey('a')],
      ['PUT', clientPaths.disableApiKey('a')],
    ] as const

    for (const [method, path] of calls) {
      const send = async (headers: Record<string, string>) =>
        refused(await server.request(method, path, { headers }))
      expect(await send({})).toEqual({ status: 401, error: 'must authenticate first' })
      expect(await send({ authorization: 'Bearer ' })).toEqual({
        status: 401,
        error: 'expected Authorization header with JWT (Bearer schema)',
      })
      expect(await send({ authorization: `Bearer ${ada.access_token}` })).toMatchObject({
        status: 401,
        error_code: 'InvalidSession',
      })
    }
  })
})

describe('a new API key is refused', () => {
  it('for a name that is missing, empty, no text, or has other characters', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const missing = { status: 400, error: "'name' is a required string" }
    const invalid = {
      status: 400,
      error: 'can only contain ASCII letters, numbers, underscores, and hyphens',
      error_code: 'InvalidParameter',
    }

    for (const name of [undefined, null, '', 0, false, [], { $ne: null }]) {
      expect(await refused(await create(server, ada, name))).toEqual(missing)
    }
    for (const name of ['a b', 'ключ', 'a.b', 'a\n', '$where', 'x'.repeat(129)]) {
      expect(await refused(await create(server, ada, name))).toEqual(invalid)
    }
    const bearer = ada.refresh_token
    expect(await refused(await server.request('POST', keys, { bearer }))).toEqual(missing)
    expect(await refused(await server.request('POST', keys, { bearer, json: [] }))).toMatchObject({
      status: 400,
      error_code: 'InvalidParameter',
    })
    expect(await listed(server, ada)).toEqual([])
  })

  it('for a name that the user has given already, even when asked ten times at once', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const bob = await person(server, 'bob@example.com')

    const answers = await Promise.all(Array.from({ length: 10 }, () => create(server, ada, 'ci')))

    expect(answers.filter(answer => answer.status === 201)).toHaveLength(1)
    for (const answer of answers.filter(({ ok }) => !ok)) {
      expect(await refused(answer)).toEqual({
        status: 409,
        error: 'API key with name already exists',
        error_code: 'APIKeyAlreadyExists',
      })
    }
    expect((await create(server, bob, 'ci')).status).toBe(201)
  })

  it('once there are twenty, however many are asked for at once', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')

    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => create(server, ada, `key-${index}`)),
    )

    expect(answers.filter(answer => answer.status === 201)).toHaveLength(20)
    expect(await refused(await create(server, ada, 'one-more'))).toEqual({
      status: 400,
      error: 'there are 20 API keys already, delete one first',
      error_code: 'BadRequest',
    })
    expect(await listed(server, ada)).toHaveLength(20)
  })

  it('to an anonymous user', async () => {
    await using server = await startTestServer({ app })

    expect(await refused(await create(server, await logIn(server, 'anon-user'), 'ci'))).toEqual({
      status: 403,
      error: 'anonymous users and server users cannot have API keys',
    })
  })

  it('in a session that an API key began', async () => {
    await using server = await startTestServer({ app })
    const { key } = await made(server, await person(server, 'ada@example.com'))
    const machine = await logIn(server, 'api-key', { key })

    expect(await refused(await create(server, machine, 'second'))).toEqual({
      status: 403,
      error: 'an API key cannot be made in a session that an API key began',
    })
  })

  it('while the app takes no API keys', async () => {
    const disabled = { type: 'api-key', disabled: true } as const
    await using server = await startTestServer({ app: { providers: ['local-userpass', disabled] } })
    const ada = await person(server, 'ada@example.com')

    expect(await refused(await create(server, ada, 'ci'))).toEqual({
      status: 404,
      error: "auth provider not found: 'api-key'",
      error_code: 'AuthProviderNotFound',
    })
  })
})

describe('a session that an API key began', () => {
  it('cannot delete that key; the same user can in another', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const { key, _id } = await made(server, ada)
    const machine = await logIn(server, 'api-key', { key })
    const path = clientPaths.apiKey(_id)

    const own = await server.request('DELETE', path, { bearer: machine.refresh_token })

    expect(await refused(own)).toEqual({
      status: 403,
      error: 'an API key cannot be deleted in a session that it began',
    })
    expect((await server.request('DELETE', path, { bearer: ada.refresh_token })).status).toBe(204)
  })

  it('ends at once when the key is disabled or deleted; its access token runs out', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const bearer = ada.refresh_token
    const ends = [
      ['PUT', clientPaths.disableApiKey],
      ['DELETE', clientPaths.apiKey],
    ] as const

    for (const [method, path] of ends) {
      const { key, _id } = await made(server, ada, method)
      const machine = await logIn(server, 'api-key', { key })
      await server.request(method, path(_id), { bearer })

      const refresh = { bearer: machine.refresh_token }
      const answer = await server.request('POST', clientPaths.session(), refresh)
      expect(await refused(answer)).toMatchObject({ status: 401, error_code: 'InvalidSession' })
      expect((await profileOf(server, machine.access_token)).user_id).toBe(ada.user_id)
    }
    const own = await server.request('POST', clientPaths.session(), { bearer })
    expect(own.status).toBe(201)
  })
})

describe('a log-in with an API key', () => {
  it('gets one answer for whatever is no good key', async () => {
    await using server = await startTestServer({ app: [app, { ...app, clientAppId: 'b-aaaaa' }] })
    const { key } = await made(server, await person(server, 'ada@example.com'))
    const login = async (given: string, appId = 'test-aaaaa') =>
      refused(await post(server, clientPaths.login(appId, 'api-key'), { key: given }))

    for (const given of [
      '',
      'x',
      key.slice(0, -1),
      `${key}x`,
      key.toLowerCase(),
      'k'.repeat(9e3),
    ]) {
      expect(await login(given)).toEqual(unauthorized)
    }
    expect(await login(key, 'b-aaaaa')).toEqual(unauthorized)
  })

  it('refuses a payload of another shape', async () => {
    await using server = await startTestServer({ app })

    expect(await refused(await post(server, loginPath, {}))).toMatchObject({
      status: 400,
      error_code: 'MissingParameter',
    })
    for (const key of [null, 0, [], { $ne: null }, { $regex: '.*' }]) {
      expect(await refused(await post(server, loginPath, { key }))).toMatchObject({
        status: 400,
        error_code: 'InvalidParameter',
      })
    }
  })

  it('refuses a disabled owner in their own words, and one who is gone like any bad key', async () => {
    await using server = await startTestServer({ app })
    const ada = await person(server, 'ada@example.com')
    const { key } = await made(server, ada)
    const login = async () => refused(await post(server, loginPath, { key }))

    await server.deps.store.users.setDisabled(ada.user_id, true)
    expect(await login()).toEqual({
      status: 401,
      error: 'user disabled',
      error_code: 'UserDisabled',
    })
    await server.deps.store.users.setDisabled(ada.user_id, false)
    await server.request('DELETE', clientPaths.deleteUser(), { bearer: ada.access_token })
    expect(await login()).toEqual(unauthorized)
  })
})
