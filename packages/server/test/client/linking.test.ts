import { clientPaths, type LoginWire } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { secret, tokenOfAda } from '../providers/token-shop.ts'
import { logIn, post, profileOf, refused } from './clients.ts'

const app: TestApp = {
  secrets: { shopKey: secret },
  providers: [
    'anon-user',
    'local-userpass',
    'api-key',
    {
      type: 'custom-token',
      config: { signingAlgorithm: 'HS256' },
      secretConfig: { signingKeys: ['shopKey'] },
      metadataFields: ['email', 'name'].map(name => ({ name, fieldName: name, required: false })),
    },
  ],
}
const ada = { email: 'ada@example.com', password: 'ada-secret' }
const byEmail = { username: ada.email, password: ada.password }
const taken = {
  status: 401,
  error: 'unauthorized: identity already belongs to another user',
  error_code: 'AuthError',
}

const register = (server: TestServer, email = ada.email) =>
  post(server, clientPaths.register('test-aaaaa'), { ...ada, email })

const link = (server: TestServer, user: LoginWire, provider: string, json: object) =>
  server.request('POST', `${clientPaths.login('test-aaaaa', provider)}?link=true`, {
    bearer: user.access_token,
    json,
  })

const newKey = async (server: TestServer, { refresh_token: bearer }: LoginWire) => {
  const options = { bearer, json: { name: 'ci' } }
  const answer = await server.request('POST', clientPaths.apiKeys(), options)
  return (await answer.json()) as { _id: string; key: string }
}

const typesOf = async (server: TestServer, { access_token }: LoginWire) =>
  (await profileOf(server, access_token)).identities.map(one => one.provider_type)

describe('linking several providers to one user', () => {
  it('keeps id and order, merges what they say, and each logs in as that user', async () => {
    await using server = await startTestServer({ app })
    const guest = await logIn(server, 'anon-user')
    await register(server)
    const token = tokenOfAda({ name: 'Ada', email: 'ada@elsewhere.example' })

    const answers = [
      await link(server, guest, 'local-userpass', byEmail),
      await link(server, guest, 'custom-token', { token }),
    ]
    const { key } = await newKey(server, guest)
    answers.push(await link(server, guest, 'api-key', { key }))

    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({
        user_id: guest.user_id,
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        device_id: expect.any(String),
      })
    }
    expect(await typesOf(server, guest)).toEqual([
      'anon-user',
      'local-userpass',
      'custom-token',
      'api-key',
    ])
    expect((await profileOf(server, guest.access_token)).data).toEqual({
      email: 'ada@elsewhere.example',
      name: 'ci',
    })
    const logins = [
      await logIn(server, 'local-userpass', byEmail),
      await logIn(server, 'custom-token', { token: tokenOfAda() }),
      await logIn(server, 'api-key', { key }),
    ]
    expect(new Set(logins.map(login => login.user_id))).toEqual(new Set([guest.user_id]))
  })

  it('changes nothing for credentials that the user has already', async () => {
    await using server = await startTestServer({ app })
    const user = await logIn(server, 'custom-token', { token: tokenOfAda() })

    const again = await link(server, user, 'custom-token', { token: tokenOfAda() })

    expect(again.status).toBe(200)
    expect(await typesOf(server, user)).toEqual(['custom-token'])
  })

  it('takes two identities of one provider where that is possible', async () => {
    await using server = await startTestServer({ app })
    const user = await logIn(server, 'custom-token', { token: tokenOfAda() })
    const second = { token: tokenOfAda({ sub: 'countess' }) }

    expect((await link(server, user, 'custom-token', second)).status).toBe(200)

    expect((await logIn(server, 'custom-token', second)).user_id).toBe(user.user_id)
  })
})

describe('a link is refused', () => {
  it('for an identity that has a user of its own, whatever the provider', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const owner = await logIn(server, 'local-userpass', byEmail)
    const holder = await logIn(server, 'custom-token', { token: tokenOfAda() })
    const { key } = await newKey(server, owner)
    const guest = await logIn(server, 'anon-user')
    const credentials = [
      ['local-userpass', byEmail],
      ['custom-token', { token: tokenOfAda() }],
      ['api-key', { key }],
    ] as const

    for (const [provider, json] of credentials) {
      expect(await refused(await link(server, guest, provider, json))).toEqual(taken)
    }
    expect(await typesOf(server, guest)).toEqual(['anon-user'])
    expect((await logIn(server, 'api-key', { key })).user_id).toBe(owner.user_id)
    expect((await logIn(server, 'custom-token', { token: tokenOfAda() })).user_id).toBe(
      holder.user_id,
    )
  })

  it('for anonymous credentials and for an app that lacks the provider', async () => {
    await using server = await startTestServer({
      app: { providers: ['anon-user', 'local-userpass'] },
    })
    const guest = await logIn(server, 'anon-user')

    expect(await refused(await link(server, guest, 'anon-user', {}))).toMatchObject({
      status: 400,
      error: 'cannot add anonymous credentials to an existing user',
    })
    expect(await refused(await link(server, guest, 'api-key', { key: 'x' }))).toMatchObject({
      status: 404,
      error_code: 'AuthProviderNotFound',
    })
  })
})

describe('two identities whose e-mail looks the same', () => {
  it('stay two users, whichever comes first and whatever is said to be verified', async () => {
    await using server = await startTestServer({ app })
    const said = { email: ada.email, email_verified: true, name: 'Ada' }
    await register(server)

    const classic = await logIn(server, 'local-userpass', byEmail)
    const foreign = await logIn(server, 'custom-token', { token: tokenOfAda(said) })
    const other = { ...said, sub: 'bob', email: 'bob@example.com' }
    const first = await logIn(server, 'custom-token', { token: tokenOfAda(other) })
    await register(server, 'bob@example.com')
    const second = await logIn(server, 'local-userpass', {
      username: 'bob@example.com',
      password: ada.password,
    })

    const ids = [classic, foreign, first, second].map(login => login.user_id)
    expect(new Set(ids).size).toBe(4)
    expect(await typesOf(server, classic)).toEqual(['local-userpass'])
    expect(await typesOf(server, foreign)).toEqual(['custom-token'])
    expect((await profileOf(server, foreign.access_token)).data.email).toBe(ada.email)
  })
})

describe('an identity that was unlinked', () => {
  it('may have any id that a provider gives', async () => {
    await using server = await startTestServer({ app })
    const user = await logIn(server, 'anon-user')
    const bearer = user.access_token

    for (const sub of ['a/b:c d%41?e#f', '../../users', 'é'.repeat(255), 'x'.repeat(255)]) {
      expect(
        (await link(server, user, 'custom-token', { token: tokenOfAda({ sub }) })).status,
      ).toBe(200)
      const path = clientPaths.identity('custom-token', sub)
      expect((await server.request('DELETE', path, { bearer })).status).toBe(204)
    }
    expect(await typesOf(server, user)).toEqual(['anon-user'])
  })

  it('logs in as somebody new, who has nothing of the old user', async () => {
    await using server = await startTestServer({ app })
    const guest = await logIn(server, 'anon-user')
    await link(server, guest, 'custom-token', { token: tokenOfAda() })
    const path = clientPaths.identity('custom-token', 'ada')
    const bearer = guest.access_token
    expect((await server.request('DELETE', path, { bearer })).status).toBe(204)

    const stranger = await logIn(server, 'custom-token', { token: tokenOfAda() })

    expect(stranger.user_id).not.toBe(guest.user_id)
    expect(await typesOf(server, guest)).toEqual(['anon-user'])
    expect(
      await refused(await link(server, guest, 'custom-token', { token: tokenOfAda() })),
    ).toEqual(taken)
  })
})
