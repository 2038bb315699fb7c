import { adminPaths, clientPaths, type UserDetailsWire } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, refused } from '../../client/clients.ts'
import { insertPerson, people } from '../../data/custom-user-data/people.ts'
import { operatorOf, password, register, signUp } from './operator.ts'

const app: TestApp = { ...people, providers: ['anon-user', 'local-userpass', 'api-key'] }
const device = { sdkVersion: '12.0.0', platform: 'node', platformVersion: '24.0.0' }

/** Ada, with a session on a device, an API key and custom data. */
const makeAda = async (server: TestServer) => {
  await register(server, 'ada@example.com')
  const login = await logIn(server, 'local-userpass', {
    username: 'ada@example.com',
    password,
    options: { device },
  })
  const { user_id: owner, refresh_token: bearer } = login
  const json = { name: 'phone' }
  const made = await server.request('POST', clientPaths.apiKeys(), { bearer, json })
  const { key } = (await made.json()) as { key: string }
  await insertPerson(server, { owner, team: 'red' })
  return { ...login, key }
}

describe('GET …/users/{id}/details', () => {
  it('shows registration, custom data, sessions with devices, API keys and last events', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell } = operatorOf(server)
    const { user_id, device_id, key, refresh_token, access_token } = await makeAda(server)

    const [status, body] = await tell('GET', adminPaths.userDetails(...ids, user_id))
    const details = body as UserDetailsWire

    expect(status).toBe(200)
    expect(details).toEqual({
      user: expect.objectContaining({ _id: user_id, data: { email: 'ada@example.com' } }),
      registration: {
        email: 'ada@example.com',
        confirmed: true,
        created_at: expect.any(Number),
      },
      custom_data: expect.objectContaining({ owner: user_id, team: 'red' }),
      sessions: [
        {
          _id: expect.stringMatching(/^[0-9a-f]{24}$/),
          device_id,
          device,
          provider_type: 'local-userpass',
          created_at: expect.any(Number),
          last_used_at: expect.any(Number),
          expires_at: expect.any(Number),
        },
      ],
      devices: [{ _id: device_id, created_at: expect.any(Number), details: device }],
      api_keys: [
        {
          _id: expect.stringMatching(/^[0-9a-f]{24}$/),
          name: 'phone',
          prefix: key.slice(0, 8),
          disabled: false,
          created_at: expect.any(Number),
        },
      ],
      events: expect.arrayContaining([
        expect.objectContaining({ type: 'AUTH', event: 'login', provider_type: 'local-userpass' }),
      ]),
    })
    const text = JSON.stringify(details)
    for (const secret of [key, password, refresh_token, access_token, 'argon2'])
      expect(text).not.toContain(secret)
    expect(await tell('GET', adminPaths.userDevices(...ids, user_id))).toEqual([
      200,
      details.devices,
    ])
  })

  it('shows the key of a server user, and nothing where there is nothing', async () => {
    await using server = await startTestServer({ app: { providers: ['anon-user', 'api-key'] } })
    const { ids, tell } = operatorOf(server)
    const [, made] = await tell('POST', adminPaths.apiKeys(...ids), { name: 'ci' })
    const { user_id, _id } = made as { user_id: string; _id: string }
    const { user_id: anonymous } = await logIn(server, 'anon-user')

    const [, ofKey] = await tell('GET', adminPaths.userDetails(...ids, user_id))
    const [, ofNobody] = await tell('GET', adminPaths.userDetails(...ids, anonymous))

    expect(ofKey).toMatchObject({ user: { type: 'server' }, api_keys: [{ _id, name: 'ci' }] })
    expect(ofNobody).toMatchObject({
      registration: null,
      custom_data: null,
      devices: [],
      api_keys: [],
    })
  })
})

describe('GET /auth/export', () => {
  it('gives a user everything that is kept, without hashes and keys', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell } = operatorOf(server)
    const { user_id, access_token: bearer, key, refresh_token, device_id } = await makeAda(server)

    const response = await server.request('GET', clientPaths.exportData(), { bearer })
    const data = await response.json()

    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json',
    ])
    const time = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(data).toEqual({
      exported_at: time,
      app_id: server.app.clientAppId,
      user: {
        id: user_id,
        type: 'normal',
        disabled: false,
        created_at: time,
        last_login_at: time,
        last_seen_at: time,
      },
      profile: { email: 'ada@example.com' },
      identities: [
        {
          id: expect.any(String),
          provider_type: 'local-userpass',
          linked_at: time,
          data: { email: 'ada@example.com' },
        },
      ],
      registration: { email: 'ada@example.com', confirmed: true, created_at: time },
      custom_data: expect.objectContaining({ team: 'red' }),
      sessions: [
        {
          id: expect.any(String),
          device_id,
          device,
          provider_type: 'local-userpass',
          created_at: time,
          last_used_at: time,
          expires_at: time,
        },
      ],
      devices: [{ id: device_id, created_at: time, details: device }],
      api_keys: [
        {
          id: expect.any(String),
          name: 'phone',
          prefix: key.slice(0, 8),
          disabled: false,
          created_at: time,
        },
      ],
      events: expect.arrayContaining([
        expect.objectContaining({ at: time, type: 'AUTH', event: 'login' }),
      ]),
    })
    for (const secret of [key, password, refresh_token, bearer, 'argon2'])
      expect(JSON.stringify(data)).not.toContain(secret)
    const [, seen] = await tell('GET', adminPaths.userData(...ids, user_id))
    expect(seen).toMatchObject({ user: { id: user_id }, profile: { email: 'ada@example.com' } })
  })

  it('takes an access token of a session that is alive', async () => {
    await using server = await startTestServer()
    const { access_token, refresh_token } = await signUp(server, 'ada@example.com')
    const path = clientPaths.exportData()

    const wrong = await server.request('GET', path, { bearer: refresh_token })
    const none = await server.request('GET', path)
    await server.request('DELETE', clientPaths.session(), { bearer: refresh_token })
    const ended = await server.request('GET', path, { bearer: access_token })

    expect((await refused(wrong)).error_code).toBe('InvalidSession')
    expect((await refused(none)).error).toBe('must authenticate first')
    expect((await refused(ended)).error).toBe('invalid session: failed to find refresh token')
  })
})

describe('POST …/users/verify_token', () => {
  it('says what an access token holds, also after its session ended', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell } = operatorOf(server)
    const { user_id, access_token } = await makeAda(server)
    const { iat, exp, iss, aud } = claimsOf(access_token)
    await tell('PUT', adminPaths.disableUser(...ids, user_id))

    const [status, claims] = await tell('POST', adminPaths.verifyToken(...ids), {
      token: access_token,
    })

    expect(status).toBe(200)
    expect(claims).toEqual({
      sub: user_id,
      iat,
      exp,
      iss,
      aud,
      domain_id: server.app.id,
      device_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      data: { email: 'ada@example.com' },
      custom_user_data: {},
    })
  })

  it('says "token expired" of one that has expired', async () => {
    await using server = await startTestServer()
    const { ids, ask } = operatorOf(server)
    const { access_token: token } = await logIn(server, 'anon-user')
    server.advance(31 * 60_000)

    const response = await ask('POST', adminPaths.verifyToken(...ids), { token })

    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/json',
    ])
    expect(await response.json()).toBe('token expired')
  })

  it('refuses what the app did not sign, refresh tokens, and what is no token', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    const { ids, ask } = operatorOf(server)
    const { access_token, refresh_token } = await logIn(server, 'anon-user')
    const other = await logIn(server, 'anon-user', {}, server.apps[1])
    const verify = async (body: unknown) =>
      refused(await ask('POST', adminPaths.verifyToken(...ids), body))
    const [header, payload] = access_token.split('.')
    const unsigned = { status: 401, error: 'signature is invalid' }

    expect(await verify({ token: `${header}.${payload}.${'A'.repeat(86)}` })).toEqual(unsigned)
    expect(await verify({ token: other.access_token })).toEqual(unsigned)
    for (const token of [refresh_token, 'x', '', 'a.b.c'])
      expect(await verify({ token })).toMatchObject({ status: 401, error_code: 'InvalidSession' })
    expect(await verify({})).toMatchObject({ status: 400, error_code: 'MissingParameter' })
    expect(await verify({ token: 5 })).toMatchObject({ status: 400 })
  })
})
