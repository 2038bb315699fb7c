import { createHmac, createPublicKey } from 'node:crypto'
import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, profileOf, refused } from './clients.ts'

const profile = clientPaths.profile()
const ada = { email: 'Ada@Example.com', password: 'correct horse' }
const adaLogin = { username: ada.email, password: ada.password }

describe('GET /auth/profile', () => {
  it('shows identities, e-mail as typed, and type', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register('test-aaaaa'), ada)
    const { access_token, user_id } = await logIn(server, 'local-userpass', adaLogin)

    expect(await profileOf(server, access_token)).toEqual({
      user_id,
      domain_id: server.app.id,
      identities: [
        {
          id: expect.stringMatching(/^[0-9a-f]{24}$/),
          provider_type: 'local-userpass',
          provider_id: server.app.providers[1]?.id,
        },
      ],
      data: { email: 'Ada@Example.com' },
      type: 'normal',
    })
  })

  it('of an anonymous user has no data', async () => {
    await using server = await startTestServer()
    const { access_token, user_id } = await logIn(server, 'anon-user')

    const { data, identities } = await profileOf(server, access_token)

    expect(data).toEqual({})
    expect(identities[0]?.id).toMatch(new RegExp(`^${user_id}-[a-z]{24}$`))
  })

  it('says that an access token is too old, so that every client refreshes', async () => {
    await using server = await startTestServer()
    const { access_token: bearer } = await logIn(server, 'anon-user')
    server.advance(1_801_000)

    expect(await refused(await server.request('GET', profile, { bearer }))).toEqual({
      status: 401,
      error: 'invalid session: access token expired',
      error_code: 'InvalidSession',
    })
  })

  it('refuses forged, foreign and malformed tokens with one answer', async () => {
    await using server = await startTestServer()
    await using other = await startTestServer()
    const { access_token, refresh_token } = await logIn(server, 'anon-user')
    const foreign = await logIn(other, 'anon-user')
    const [header = '', payload = '', signature = ''] = access_token.split('.')
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const jwks = await server.deps.tokens.jwks(server.app)
    const jwk = jwks.keys[0] as { kid: string }
    const pem = createPublicKey({ key: jwk, format: 'jwk' } as never).export({
      type: 'spki',
      format: 'pem',
    })
    const hs256 = part({ alg: 'HS256', typ: 'JWT', kid: jwk.kid })
    const signed = createHmac('sha256', pem).update(`${hs256}.${payload}`).digest('base64url')

    const tokens = [
      ...['none', 'None', 'nOnE'].map(alg => `${part({ alg, typ: 'JWT' })}.${payload}.`),
      `${part({ alg: 'none' })}.${payload}.${signature}`,
      `${hs256}.${payload}.${signed}`,
      `${header}.${payload}.${'A'.repeat(86)}`,
      `${header}.${payload}.${signature}=`,
      `${header}.${part({ sub: 'x', exp: 9999999999 })}.${signature}`,
      foreign.access_token,
      refresh_token,
      'null',
      'a.b.c',
      'x'.repeat(8_000),
    ]

    for (const bearer of tokens) {
      expect(await refused(await server.request('GET', profile, { bearer }))).toEqual({
        status: 401,
        error: 'invalid session',
        error_code: 'InvalidSession',
      })
    }
  })
})

describe('DELETE /auth/delete', () => {
  it('ends user, identity and sessions', async () => {
    await using server = await startTestServer()
    const login = clientPaths.login('test-aaaaa', 'local-userpass')
    await post(server, clientPaths.register('test-aaaaa'), ada)
    const { access_token, refresh_token, user_id } = await logIn(server, 'local-userpass', adaLogin)

    const gone = await server.request('DELETE', clientPaths.deleteUser(), { bearer: access_token })
    const logOut = await server.request('DELETE', clientPaths.session(), { bearer: refresh_token })

    expect([gone.status, gone.headers.get('content-type')]).toEqual([204, null])
    expect(await refused(logOut)).toMatchObject({
      status: 401,
      error: 'invalid session: failed to find refresh token',
    })
    expect(await refused(await post(server, login, adaLogin))).toEqual({
      status: 401,
      error: 'unauthorized',
      error_code: 'InvalidPassword',
    })
    const after = await server.request('GET', profile, { bearer: access_token })
    expect(await refused(after)).toMatchObject({ status: 401, error_code: 'InvalidSession' })
    await post(server, clientPaths.register('test-aaaaa'), ada)
    expect((await logIn(server, 'local-userpass', adaLogin)).user_id).not.toBe(user_id)
  })
})
