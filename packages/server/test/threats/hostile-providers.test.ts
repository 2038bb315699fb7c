import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it, vi } from 'vitest'
import { logIn, refused } from '../client/clients.ts'
import {
  dripping,
  elsewhere,
  endless,
  type HostileProvider,
  hostileClient,
  idToken,
  json,
  type Lies,
  metadata,
  silent,
  startHostileProvider,
  strangersToken,
  unsignedToken,
} from './hostile-provider.ts'

type Case = {
  readonly lies?: Lies
  /** Default an ID token as it should be. */
  readonly payload?: (issuer: string) => object
  /** Part of what the log says; the client sees 503 for a provider in trouble, else 401. */
  readonly reason: string
  readonly status: 401 | 503
}

const code = () => ({ authCode: 'code-of-ada' })
const token = (lie: object) => ({ token: json(issuer => ({ id_token: idToken(issuer, lie) })) })

const cases: Readonly<Record<string, Case>> = {
  'discovery, silent': { lies: { discovery: silent }, status: 503, reason: 'within 5000 ms' },
  'discovery, dripping': { lies: { discovery: dripping }, status: 503, reason: 'within 5000 ms' },
  'discovery, endless': { lies: { discovery: endless }, status: 503, reason: '131072' },
  'discovery, elsewhere': { lies: { discovery: elsewhere }, status: 503, reason: 'answers 302' },
  'discovery, failing': { lies: { discovery: json({}, 500) }, status: 503, reason: 'answers 500' },
  'discovery, empty': {
    lies: { discovery: json({}) },
    status: 503,
    reason: "its discovery document is wrong at 'issuer'",
  },
  'discovery, no JSON': {
    lies: { discovery: response => void response.end('<html>') },
    status: 503,
    reason: 'its discovery document is no JSON',
  },
  'discovery, another issuer': {
    lies: { discovery: json(issuer => ({ ...metadata(issuer), issuer: 'https://id.example' })) },
    status: 503,
    reason: 'its discovery document names another issuer',
  },
  'discovery, addresses that are none': {
    lies: { discovery: json(issuer => ({ ...metadata(issuer), jwks_uri: '/jwks' })) },
    status: 503,
    reason: "its discovery document is wrong at 'jwks_uri'",
  },
  'discovery, a page that runs code': {
    lies: {
      discovery: json(issuer => ({
        ...metadata(issuer),
        authorization_endpoint: 'javascript:alert(1)',
      })),
    },
    status: 503,
    reason: 'it names an address that is not https',
  },
  'discovery, an address of the house': {
    lies: {
      discovery: json(issuer => ({
        ...metadata(issuer),
        token_endpoint: 'http://169.254.169.254/latest/meta-data',
      })),
    },
    payload: code,
    status: 503,
    reason: 'private address',
  },
  'discovery, an address that others can listen at': {
    lies: {
      discovery: json(issuer => ({ ...metadata(issuer), token_endpoint: 'http://8.8.8.8/token' })),
    },
    payload: code,
    status: 503,
    reason: 'has no TLS',
  },
  'discovery, only shared secrets': {
    lies: {
      discovery: json(issuer => ({
        ...metadata(issuer),
        id_token_signing_alg_values_supported: ['HS256', 'none'],
      })),
    },
    status: 503,
    reason: 'it signs ID tokens in no way that is known here',
  },
  'keys, silent': { lies: { jwks: silent }, status: 503, reason: '' },
  'keys, endless': { lies: { jwks: endless }, status: 503, reason: '' },
  'keys, elsewhere': { lies: { jwks: elsewhere }, status: 503, reason: '' },
  'keys of others': {
    payload: issuer => ({ id_token: strangersToken(issuer) }),
    status: 401,
    reason: '',
  },
  'no signature': {
    payload: issuer => ({ id_token: unsignedToken(issuer) }),
    status: 401,
    reason: '',
  },
  'codes, silent': { lies: { token: silent }, payload: code, status: 503, reason: '5000 ms' },
  'codes, endless': { lies: { token: endless }, payload: code, status: 503, reason: '262144' },
  'codes, elsewhere': { lies: { token: elsewhere }, payload: code, status: 503, reason: '302' },
  'codes, wrong client': {
    lies: { token: json({ error: 'invalid_client' }, 401) },
    payload: code,
    status: 503,
    reason: 'the token endpoint answers 401, invalid_client',
  },
  'codes, refused with an echo': {
    lies: { token: json({ error: 'code-of-ada is bad', error_description: 'code-of-ada' }, 400) },
    payload: code,
    status: 503,
    reason: 'the token endpoint answers 400, no named error',
  },
  'codes, refused': {
    lies: { token: json({ error: 'invalid_grant' }, 400) },
    payload: code,
    status: 401,
    reason: 'the token endpoint answers 400, invalid_grant',
  },
  'codes, no JSON': {
    lies: { token: response => void response.end('<html>') },
    payload: code,
    status: 503,
    reason: 'the token endpoint answers no tokens',
  },
  'codes, no ID token': {
    lies: { token: json({ access_token: 'access-of-ada' }) },
    payload: code,
    status: 503,
    reason: 'the token endpoint gives no ID token',
  },
  'codes, another audience': { lies: token({ aud: 'x' }), payload: code, status: 401, reason: '' },
  'codes, another issuer': {
    lies: token({ iss: 'https://id.example' }),
    payload: code,
    status: 401,
    reason: '',
  },
  'codes, another nonce': {
    lies: token({ nonce: 'x' }),
    payload: () => ({ ...code(), nonce: 'y' }),
    status: 401,
    reason: '',
  },
  'codes, an old token': { lies: token({ exp: 1_000 }), payload: code, status: 401, reason: '' },
  'codes, a subject of 300': {
    lies: token({ sub: 'a'.repeat(300) }),
    payload: code,
    status: 401,
    reason: 'sub is too long',
  },
  'user info, silent': {
    lies: { userinfo: silent },
    payload: code,
    status: 503,
    reason: '5000 ms',
  },
  'user info, failing': {
    lies: { userinfo: json({}, 500) },
    payload: code,
    status: 503,
    reason: 'user info answers 500',
  },
  'user info, another user': {
    lies: { userinfo: json({ sub: 'eve', email: 'ada@example.com' }) },
    payload: code,
    status: 401,
    reason: 'user info is of another user',
  },
}

const appId = (at: number): string => `shop${at}-aaaaa`

const appsFor = (providers: readonly HostileProvider[]) =>
  providers.map(({ issuer }, at) => ({
    clientAppId: appId(at),
    providers: [
      'anon-user' as const,
      {
        type: 'oauth2-oidc' as const,
        config: { clientId: hostileClient, issuer },
        secretConfig: { clientSecret: 'hostileSecret' },
        metadataFields: [{ name: 'email', required: false, fieldName: 'email' }],
      },
    ],
    secrets: { hostileSecret: 'secret-of-the-shop' },
  }))

const ask = async (server: TestServer, at: number, payload: object) => {
  const before = performance.now()
  const answer = await server.request('POST', clientPaths.login(appId(at), 'oauth2-oidc'), {
    json: payload,
  })
  return { answer, ms: performance.now() - before }
}

describe('a provider that takes its time', () => {
  it('links nobody to a user whose session ended meanwhile', async () => {
    const held = Promise.withResolvers<() => void>()
    await using provider = await startHostileProvider({
      token: (response, issuer, request) =>
        held.resolve(() => json({ id_token: idToken(issuer) })(response, issuer, request)),
    })
    await using server = await startTestServer({ app: appsFor([provider]) })
    const { access_token, refresh_token } = await logIn(server, 'anon-user')
    const path = `${clientPaths.login(appId(0), 'oauth2-oidc')}?link=true`

    const linking = server.request('POST', path, { json: code(), bearer: access_token })
    const answer = await held.promise
    await server.request('DELETE', clientPaths.session(), { bearer: refresh_token })
    answer()

    expect((await linking).status).toBe(401)
    const page = { after: undefined, limit: 10 }
    const [user] = await server.deps.store.users.listByApp(server.app.id, page)
    expect(user?.identities.map(({ providerType }) => providerType)).toEqual(['anon-user'])
  })
})

describe('a provider that speaks of two addresses', () => {
  const evil = { email: 'eve@evil.example', email_verified: true }
  const shop = { email: 'eve@shop.example' }
  const sayings: [inToken: object, inUserInfo: object][] = [
    [shop, evil],
    [{ email_verified: true }, shop],
    [shop, { email_verified: true }],
  ]

  it('has checked only the one that it says so of', async () => {
    for (const [inToken, inUserInfo] of sayings) {
      await using provider = await startHostileProvider({
        token: json(issuer => ({ id_token: idToken(issuer, inToken), access_token: 'a' })),
        userinfo: json({ sub: 'ada', name: 'Eve', ...inUserInfo }),
      })
      const [app] = appsFor([provider])
      const [guest, entry] = app?.providers ?? []
      const metadataFields = [{ name: 'name', required: true, fieldName: 'name' }]
      const strict = { ...(entry as object), domainRestrictions: ['shop.example'], metadataFields }
      await using server = await startTestServer({
        app: { ...app, providers: [guest, strict] } as TestApp,
      })

      const { answer } = await ask(server, 0, code())

      const said = JSON.stringify([inToken, inUserInfo])
      expect(await refused(answer), said).toMatchObject({ error_code: 'DomainNotAllowed' })
    }
  })
})

describe('a provider that is slow, huge, elsewhere, lying or down', () => {
  it('costs its own log-ins a bounded time, and nobody else anything', async () => {
    const providers = await Promise.all(
      Object.values(cases).map(({ lies = {} }) => startHostileProvider(lies)),
    )
    await using server = await startTestServer({ app: appsFor(providers) })
    const { refresh_token } = await logIn(server, 'anon-user')
    const refresh = () => server.request('POST', clientPaths.session(), { bearer: refresh_token })

    const asked = Object.values(cases).map(({ payload }, at) => {
      const { issuer } = providers[at] as HostileProvider
      return ask(server, at, payload?.(issuer) ?? { id_token: idToken(issuer) })
    })
    const meanwhile = await refresh()
    const answers = await Promise.all(asked)
    const afterwards = await refresh()

    expect([meanwhile.status, afterwards.status]).toEqual([201, 201])
    const log = server.logs()
    for (const [at, [name, { status, reason }]] of Object.entries(cases).entries()) {
      const { answer, ms } = answers[at] as (typeof answers)[number]
      expect(ms, name).toBeLessThan(20_000)
      expect(answer.status, name).toBe(status)
      expect(await refused(answer)).toEqual(
        status === 401
          ? { status, error: 'unauthorized', error_code: 'AuthError' }
          : {
              status,
              error: "the auth provider 'oauth2-oidc' cannot be reached now, try again",
            },
      )
      const line = log.find(({ app, msg }) => app === appId(at) && /^auth provider/.test(`${msg}`))
      expect(line?.reason, name).toEqual(expect.stringContaining(reason))
    }
    const text = JSON.stringify(log)
    for (const secret of ['code-of-ada', 'access-of-ada', 'secret-of-the-shop', 'eyJ'])
      expect(text).not.toContain(secret)
    expect(await userCounts(server)).toEqual(Object.keys(cases).map((_, at) => (at === 0 ? 1 : 0)))
    await Promise.all(providers.map(provider => provider[Symbol.asyncDispose]()))
  }, 60_000)

  it('that is down answers 503, at once while that is known, until it is up again', async () => {
    const down = await startHostileProvider({})
    await down[Symbol.asyncDispose]()
    await using server = await startTestServer({ app: appsFor([down]) })
    const payload = { id_token: idToken(down.issuer) }

    const { answer } = await ask(server, 0, payload)
    await using up = await startHostileProvider({}, Number(new URL(down.issuer).port))
    const many = await Promise.all(Array.from({ length: 20 }, () => ask(server, 0, payload)))
    server.advance(11_000)
    const later = await ask(server, 0, payload)

    expect(up.issuer).toBe(down.issuer)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(many.map(each => each.answer.status)).toEqual(Array(20).fill(503))
    expect(later.answer.status).toBe(200)
  })

  it('that is slow turns away who comes when 200 have waited for a second', async () => {
    await using provider = await startHostileProvider({ discovery: silent })
    await using server = await startTestServer({
      app: appsFor([provider]),
      settings: { maxInFlight: 280 },
    })
    const { refresh_token } = await logIn(server, 'anon-user')
    const payload = { id_token: idToken(provider.issuer) }

    const crowd = Array.from({ length: 250 }, () => ask(server, 0, payload))
    await vi.waitFor(
      () => {
        crowd.push(ask(server, 0, payload))
        expect(turnedAway(server)).not.toEqual([])
      },
      { interval: 250, timeout: 5_000 },
    )
    const refreshed = Array.from({ length: 10 }, () =>
      server.request('POST', clientPaths.session(), { bearer: refresh_token }),
    )

    expect((await Promise.all(refreshed)).map(({ status }) => status)).toEqual(Array(10).fill(201))
    const statuses = new Set((await Promise.all(crowd)).map(({ answer }) => answer.status))
    expect([...statuses]).toEqual([503])
  })

  it('that was known before still counts for a day while it is down', async () => {
    const provider = await startHostileProvider({})
    await using server = await startTestServer({ app: appsFor([provider]) })
    const payload = { id_token: idToken(provider.issuer, { exp: 4_000_000_000 }) }
    expect((await ask(server, 0, payload)).answer.status).toBe(200)
    await provider[Symbol.asyncDispose]()

    server.advance(2 * 60 * 60 * 1000)
    const soon = await ask(server, 0, payload)
    server.advance(24 * 60 * 60 * 1000)
    const late = await ask(server, 0, payload)

    expect(soon.answer.status).toBe(200)
    expect(late.answer.status).toBe(503)
  })

  it('is asked through no private address unless the settings allow it', async () => {
    await using provider = await startHostileProvider({})
    await using server = await startTestServer({
      app: appsFor([provider]),
      settings: { privateAddresses: undefined },
    })

    const { answer } = await ask(server, 0, { id_token: idToken(provider.issuer) })

    expect(answer.status).toBe(503)
    const line = server.logs().find(({ msg }) => msg === 'auth provider unavailable')
    expect(line?.reason).toContain('private address')
  })
})

const turnedAway = (server: TestServer) =>
  server.logs().filter(({ reason }) => reason === '200 log-ins wait for it already')

const userCounts = (server: TestServer): Promise<number[]> =>
  Promise.all(
    server.apps.map(async ({ id }) => {
      const page = { after: undefined, limit: 10 }
      return (await server.deps.store.users.listByApp(id, page)).length
    }),
  )
