import { clientPaths, type LoginWire, noDeviceId, type SessionWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, post, refused } from './clients.ts'

const ada = { email: 'ada@example.com', password: 'ada-secret' }
const login = { username: ada.email, password: ada.password }
const phone = {
  options: { device: { platform: 'iOS', sdkVersion: '12.0.0', deviceName: 'phone' } },
}

const registerAda = (server: TestServer) => post(server, clientPaths.register('test-aaaaa'), ada)

const sessionOf = ({ access_token }: LoginWire): string => String(claimsOf(access_token).sid)

const listed = async (server: TestServer, { access_token: bearer }: LoginWire) => {
  const answer = await server.request('GET', clientPaths.sessions(), { bearer })
  expect(answer.status).toBe(200)
  return (await answer.json()) as SessionWire[]
}

const isAlive = async (server: TestServer, { refresh_token: bearer }: LoginWire) =>
  (await server.request('POST', clientPaths.session(), { bearer })).status === 201

describe('GET /auth/sessions', () => {
  it('shows device, provider, times and which one asks; that one first', async () => {
    await using server = await startTestServer()
    await registerAda(server)
    const first = await logIn(server, 'local-userpass', { ...login, ...phone })
    server.advance(3_600_000)
    const second = await logIn(server, 'local-userpass', login)
    const refresh = { bearer: first.refresh_token }
    const refreshed = await server.request('POST', clientPaths.session(), refresh)
    const { access_token } = (await refreshed.json()) as LoginWire
    const began = Number(claimsOf(first.access_token).iat)
    const later = Number(claimsOf(second.access_token).iat)

    const sessions = await listed(server, { ...first, access_token })

    expect(sessions).toEqual([
      {
        id: sessionOf(first),
        device_id: first.device_id,
        device: { platform: 'iOS', sdkVersion: '12.0.0', deviceName: 'phone' },
        provider_type: 'local-userpass',
        created_at: began,
        last_used_at: expect.any(Number),
        current: true,
      },
      {
        id: sessionOf(second),
        device_id: noDeviceId,
        device: {},
        provider_type: 'local-userpass',
        created_at: later,
        last_used_at: later,
        current: false,
      },
    ])
    expect(sessions[0]?.last_used_at).toBeGreaterThanOrEqual(began + 3_600)
    expect((await listed(server, second)).map(({ current }) => current)).toEqual([true, false])
  })

  it('leaves out sessions that ended, and those of others', async () => {
    await using server = await startTestServer({ app: { refreshTokenSeconds: 1_800 } })
    await registerAda(server)
    await logIn(server, 'local-userpass', login)
    await logIn(server, 'anon-user')
    const left = await logIn(server, 'local-userpass', login)
    await server.request('DELETE', clientPaths.session(), { bearer: left.refresh_token })
    server.advance(1_801_000)
    const now = await logIn(server, 'local-userpass', login)

    expect((await listed(server, now)).map(({ id }) => id)).toEqual([sessionOf(now)])
  })

  it('shows a hundred at most, the one that asks among them', async () => {
    await using server = await startTestServer()
    await registerAda(server)
    const oldest = await logIn(server, 'local-userpass', login)
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(Array.from({ length: 26 }, () => logIn(server, 'local-userpass', login)))
    }

    const sessions = await listed(server, oldest)

    expect(sessions).toHaveLength(100)
    expect(sessions.findIndex(({ current }) => current)).toBe(0)
  })

  it('refuses an access token whose session has ended', async () => {
    await using server = await startTestServer()
    const { access_token, refresh_token } = await logIn(server, 'anon-user')
    await server.request('DELETE', clientPaths.session(), { bearer: refresh_token })

    const answer = await server.request('GET', clientPaths.sessions(), { bearer: access_token })

    expect(await refused(answer)).toMatchObject({ status: 401, error_code: 'InvalidSession' })
  })
})

describe('DELETE /auth/sessions/{id}', () => {
  it('ends that session and no other; a second time it is not found', async () => {
    await using server = await startTestServer()
    await registerAda(server)
    const [one, two, three] = [
      await logIn(server, 'local-userpass', login),
      await logIn(server, 'local-userpass', login),
      await logIn(server, 'local-userpass', login),
    ] as const
    const end = () =>
      server.request('DELETE', clientPaths.sessionOf(sessionOf(two)), { bearer: one.access_token })

    const ended = await end()

    expect([ended.status, await ended.text()]).toEqual([204, ''])
    expect(await refused(await end())).toEqual({ status: 404, error: 'session not found' })
    expect([await isAlive(server, one), await isAlive(server, two)]).toEqual([true, false])
    expect(await isAlive(server, three)).toBe(true)
  })

  it("does not find another user's session, nor what is no id", async () => {
    await using server = await startTestServer()
    const [mine, theirs] = [await logIn(server, 'anon-user'), await logIn(server, 'anon-user')]

    for (const id of [sessionOf(theirs), 'nonsense', '65a0c0ffee00000000000b01']) {
      const path = clientPaths.sessionOf(id)
      const answer = await server.request('DELETE', path, { bearer: mine.access_token })
      expect(await refused(answer)).toEqual({ status: 404, error: 'session not found' })
    }
    expect(await isAlive(server, theirs)).toBe(true)
  })
})

describe('DELETE /auth/sessions', () => {
  it('ends all others of the user', async () => {
    await using server = await startTestServer()
    await registerAda(server)
    const others = [
      await logIn(server, 'local-userpass', login),
      await logIn(server, 'local-userpass', login),
    ]
    const mine = await logIn(server, 'local-userpass', login)
    const guest = await logIn(server, 'anon-user')

    const bearer = mine.access_token
    const answer = await server.request('DELETE', clientPaths.sessions(), { bearer })

    expect(answer.status).toBe(204)
    for (const other of others) expect(await isAlive(server, other)).toBe(false)
    expect([await isAlive(server, mine), await isAlive(server, guest)]).toEqual([true, true])
    expect((await listed(server, mine)).map(({ id }) => id)).toEqual([sessionOf(mine)])
  })
})
