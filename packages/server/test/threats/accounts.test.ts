import { clientPaths, type LoginWire, type NewApiKeyWire } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, profileOf, refused } from '../client/clients.ts'
import { secret, tokenOfAda } from '../providers/token-shop.ts'
import { ada, logInAda, newestToken, register } from './people.ts'

const app = { providers: ['anon-user', 'local-userpass', 'api-key'] } as const
const resets: TestApp = {
  secrets: { shopKey: secret },
  providers: [
    'anon-user',
    'api-key',
    {
      type: 'local-userpass',
      config: { autoConfirm: true, resetPasswordUrl: 'https://shop.example/reset' },
    },
    {
      type: 'custom-token',
      config: { signingAlgorithm: 'HS256' },
      secretConfig: { signingKeys: ['shopKey'] },
    },
  ],
}

const link = async (server: TestServer, { access_token: bearer }: LoginWire) => {
  const path = `${clientPaths.login('test-aaaaa', 'local-userpass')}?link=true`
  const json = { username: ada.email, password: ada.password }
  const answer = await server.request('POST', path, { bearer, json })
  expect(answer.status).toBe(200)
  return (await answer.json()) as LoginWire
}

const refresh = async (server: TestServer, { refresh_token: bearer }: LoginWire) =>
  (await server.request('POST', clientPaths.session(), { bearer })).status

const createKey = async (
  server: TestServer,
  { refresh_token: bearer }: LoginWire,
  body: object,
) => {
  const answer = await server.request('POST', clientPaths.apiKeys(), { bearer, json: body })
  expect(answer.status).toBe(201)
  return (await answer.json()) as NewApiKeyWire
}

const keyLogin = (server: TestServer, key: string) =>
  post(server, clientPaths.login('test-aaaaa', 'api-key'), { key })

const resetPassword = async (server: TestServer, password: string) => {
  await post(server, clientPaths.resetSend('test-aaaaa'), { email: ada.email })
  const token = await newestToken(server)
  const answer = await post(server, clientPaths.reset('test-aaaaa'), { ...token, password })
  expect(answer.status).toBeLessThan(300)
}

/** Everything that a key of a user allows must be over for who holds the session. */
const sessionOf = (server: TestServer, user: LoginWire) =>
  server.deps.store.sessions.listByUser(user.user_id)

describe('a session that somebody else may know (12)', () => {
  it('has an end once its anonymous user is linked, and can be ended by who it became', async () => {
    await using server = await startTestServer({ app })
    const planted = await logIn(server, 'anon-user')
    await register(server)
    await link(server, planted)
    const own = await logInAda(server)

    expect(own.user_id).toBe(planted.user_id)
    expect((await sessionOf(server, own)).every(({ expiresAt }) => expiresAt !== undefined)).toBe(
      true,
    )
    await server.request('DELETE', clientPaths.sessions(), { bearer: own.access_token })
    expect([await refresh(server, planted), await refresh(server, own)]).toEqual([401, 201])
  })
})

describe('sessions after credentials changed (13)', () => {
  it('end with a reset, those of API keys too', async () => {
    await using server = await startTestServer({ app: resets })
    await register(server)
    const thief = await logInAda(server)
    const { key } = await createKey(server, thief, { name: 'ci' })
    const machine = (await (await keyLogin(server, key)).json()) as LoginWire

    await resetPassword(server, 'another secret')

    expect([await refresh(server, thief), await refresh(server, machine)]).toEqual([401, 401])
  })

  it('end with an unlink, but for the one that asked', async () => {
    await using server = await startTestServer({ app })
    const guest = await logIn(server, 'anon-user')
    await register(server)
    await link(server, guest)
    const others = [await logInAda(server), await logInAda(server)]
    const { identities } = await profileOf(server, guest.access_token)
    const path = clientPaths.identity('anon-user', identities[0]?.id ?? '')
    const asking = others[0] as LoginWire

    await server.request('DELETE', path, { bearer: asking.access_token })

    expect(await refresh(server, asking)).toBe(201)
    for (const other of [guest, others[1] as LoginWire]) {
      expect(await refresh(server, other)).toBe(401)
    }
  })
})

describe('an account that was taken before its owner came (25)', () => {
  it('holds nothing for the thief once the owner reset the password by mail', async () => {
    await using server = await startTestServer({ app: resets })
    await register(server)
    const thief = await logInAda(server)
    const { key } = await createKey(server, thief, { name: 'backdoor' })
    await logIn(server, 'api-key', { key })
    const trojan = { bearer: thief.access_token, json: { token: tokenOfAda({ sub: 'thief' }) } }
    const path = `${clientPaths.login('test-aaaaa', 'custom-token')}?link=true`
    expect((await server.request('POST', path, trojan)).status).toBe(200)

    await resetPassword(server, 'owner secret')

    const login = { username: ada.email, password: 'owner secret' }
    const owner = await logIn(server, 'local-userpass', login)
    expect(owner.user_id).toBe(thief.user_id)
    const { identities } = await profileOf(server, owner.access_token)
    expect(identities.map(one => one.provider_type)).toEqual(['local-userpass'])
    expect(await refresh(server, thief)).toBe(401)
    expect((await keyLogin(server, key)).status).toBe(401)
    const back = await logIn(server, 'custom-token', trojan.json)
    expect(back.user_id).not.toBe(owner.user_id)
    expect((await server.request('POST', path, trojan)).status).toBe(401)
  })

  it('is the same when the thief linked the address to a user of their own', async () => {
    await using server = await startTestServer({ app: resets })
    const token = tokenOfAda({ sub: 'thief' })
    const thief = await logIn(server, 'custom-token', { token })
    await register(server)
    await link(server, thief)

    await resetPassword(server, 'owner secret')

    const login = { username: ada.email, password: 'owner secret' }
    const owner = await logIn(server, 'local-userpass', login)
    expect((await logIn(server, 'custom-token', { token })).user_id).not.toBe(owner.user_id)
    expect(await refresh(server, thief)).toBe(401)
  })

  it('keeps keys and identities at a reset once the address was proven', async () => {
    await using server = await startTestServer({ app: resets })
    await register(server)
    await resetPassword(server, ada.password)
    const owner = await logInAda(server)
    const { key } = await createKey(server, owner, { name: 'ci' })

    await resetPassword(server, 'another secret')

    expect((await keyLogin(server, key)).status).toBe(200)
    expect(await refresh(server, owner)).toBe(401)
  })

  it('is not entered by an identity that the owner brings: nothing is joined by itself', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const thief = await logInAda(server)
    const victim = await logIn(server, 'anon-user')

    const path = `${clientPaths.login('test-aaaaa', 'local-userpass')}?link=true`
    const json = { username: ada.email, password: ada.password }
    const bearer = victim.access_token
    expect(await refused(await server.request('POST', path, { bearer, json }))).toMatchObject({
      error: 'unauthorized: identity already belongs to another user',
    })
    expect((await profileOf(server, thief.access_token)).identities).toHaveLength(1)
  })
})

describe('fields that no body has (39)', () => {
  it('make no key for somebody else, nor another kind of key or user', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const owner = await logInAda(server)
    const target = await logIn(server, 'anon-user')
    const extra = {
      userId: target.user_id,
      user_id: target.user_id,
      ownerId: target.user_id,
      kind: 'server',
      type: 'server',
      appId: '65a0c0ffee00000000000b01',
      _id: '65a0c0ffee00000000000b02',
      key: 'k'.repeat(64),
      hash: 'h',
      disabled: true,
    }

    const made = await createKey(server, owner, { name: 'ci', ...extra })

    expect(made).toMatchObject({ name: 'ci', disabled: false })
    expect(made._id).not.toBe(extra._id)
    expect(made.key).not.toBe(extra.key)
    const login = (await (await keyLogin(server, made.key)).json()) as LoginWire
    expect(login.user_id).toBe(owner.user_id)
    expect((await profileOf(server, login.access_token)).type).toBe('normal')
    const { apiKeys } = server.deps.store
    expect(await apiKeys.listByOwner(target.user_id)).toEqual([])
    expect(await apiKeys.listByOwner(server.app.id)).toEqual([])
  })

  it('make no key at all without a session (CVE-2025-61928)', async () => {
    await using server = await startTestServer({ app })
    const target = await logIn(server, 'anon-user')
    const json = { name: 'ci', userId: target.user_id }

    for (const headers of [
      {},
      { authorization: 'Bearer null' },
      { authorization: 'Bearer x.y.z' },
    ]) {
      const answer = await server.request('POST', clientPaths.apiKeys(), { json, headers })
      expect((await refused(answer)).status).toBe(401)
    }
    expect(await server.deps.store.apiKeys.listByOwner(target.user_id)).toEqual([])
  })

  it('of a log-in make no server user, and choose no user', async () => {
    await using server = await startTestServer({ app })
    const target = await logIn(server, 'anon-user')
    const extra = { type: 'server', userType: 'server', ownerId: target.user_id, isNew: true }

    const login = await logIn(server, 'anon-user', { ...extra, id: target.user_id })

    expect(login.user_id).not.toBe(target.user_id)
    expect((await profileOf(server, login.access_token)).type).toBe('normal')
  })
})

describe('null and other empty values (40)', () => {
  it('in place of ids and names are refused, and never match what has none', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const user = await logInAda(server)
    const bearer = user.refresh_token
    await createKey(server, user, { name: 'ci' })

    for (const value of [null, 0, '', [], false]) {
      const json = { name: value }
      const made = await server.request('POST', clientPaths.apiKeys(), { bearer, json })
      expect((await refused(made)).status).toBe(400)
      const login = await post(server, clientPaths.login('test-aaaaa', 'api-key'), { key: value })
      expect([400, 401]).toContain((await refused(login)).status)
    }
    for (const id of ['null', 'undefined', '0', '000000000000000000000000', '%00']) {
      const one = await server.request('GET', clientPaths.apiKey(id), { bearer })
      expect((await refused(one)).status).toBe(404)
      const session = clientPaths.sessionOf(id)
      const ended = await server.request('DELETE', session, { bearer: user.access_token })
      expect((await refused(ended)).status).toBe(404)
    }
    expect(await refresh(server, user)).toBe(201)
  })
})

describe("what is another user's (41)", () => {
  it('can neither be seen nor ended: keys, sessions, identities', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    await register(server, 'bob@example.com')
    const owner = await logInAda(server)
    const { _id } = await createKey(server, owner, { name: 'ci' })
    const bob = await logIn(server, 'local-userpass', {
      username: 'bob@example.com',
      password: ada.password,
    })
    const { identities } = await profileOf(server, owner.access_token)
    const session = (await sessionOf(server, owner))[0]?.id ?? ''
    const tries = [
      ['GET', clientPaths.apiKey(_id), bob.refresh_token],
      ['DELETE', clientPaths.apiKey(_id), bob.refresh_token],
      ['PUT', clientPaths.disableApiKey(_id), bob.refresh_token],
      ['DELETE', clientPaths.sessionOf(session), bob.access_token],
      ['DELETE', clientPaths.identity('local-userpass', identities[0]?.id ?? ''), bob.access_token],
    ] as const

    for (const [method, path, bearer] of tries) {
      expect((await refused(await server.request(method, path, { bearer }))).status).toBe(404)
    }
    expect(await refresh(server, owner)).toBe(201)
    expect((await profileOf(server, owner.access_token)).identities).toEqual(identities)
  })
})

describe('an API key at rest (43)', () => {
  it('is kept as a hash only, and stands in no log line', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const user = await logInAda(server)
    const { _id, key } = await createKey(server, user, { name: 'ci' })
    await keyLogin(server, key)
    await keyLogin(server, `${key.slice(0, -1)}!`)

    const kept = await server.deps.store.apiKeys.findById(_id)

    expect(kept).toMatchObject({ prefix: key.slice(0, 8) })
    expect(JSON.stringify(kept)).not.toContain(key.slice(8))
    expect(JSON.stringify(server.logs())).not.toContain(key.slice(8))
  })

  it('makes no second key that outlives it', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const { key } = await createKey(server, await logInAda(server), { name: 'ci' })
    const stolen = (await (await keyLogin(server, key)).json()) as LoginWire
    const options = { bearer: stolen.refresh_token, json: { name: 'second' } }

    const answer = await server.request('POST', clientPaths.apiKeys(), options)

    expect(await refused(answer)).toMatchObject({ status: 403 })
  })
})
