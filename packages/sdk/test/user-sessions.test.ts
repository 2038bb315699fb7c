import { describe, expect, it } from 'vitest'
import { logInAs } from './logged-in.ts'
import { makeToken, startWireServer } from './wire-server.ts'

const root = '/api/client/v2.0/auth/sessions'
const own = '65a0c0ffee0000000000aaaa'
const other = '65a0c0ffee0000000000bbbb'

const wire = {
  id: own,
  device_id: '65a0c0ffee0000000000d001',
  device: { platform: 'Linux', sdkVersion: '0.1.0' },
  provider_type: 'local-userpass',
  created_at: 1_700_000_000,
  last_used_at: 1_700_000_060,
  current: true,
}

/** As the server names the session in its tokens. */
const logInToSession = async (server: Awaited<ReturnType<typeof startWireServer>>) => {
  const refresh_token = makeToken({ sub: 'user-ada', typ: 'refresh', baas_id: own })
  server.sessions.set(refresh_token, 'user-ada')
  server.answerWith(({ path }) =>
    path.endsWith('/local-userpass/login')
      ? {
          status: 200,
          body: {
            access_token: server.makeAccessToken('user-ada'),
            refresh_token,
            user_id: 'user-ada',
            device_id: '65a0c0ffee0000000000d001',
          },
        }
      : path.startsWith(root)
        ? { status: 204 }
        : undefined,
  )
  return logInAs(server, 'ada')
}

describe('user.sessions', () => {
  it('lists devices, providers and times', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const quiet = { ...wire, id: other, device_id: '0'.repeat(24), device: {}, current: false }
    server.answerWith(({ path }) =>
      path === root ? { status: 200, body: [wire, quiet] } : undefined,
    )

    expect(await user.sessions.list()).toEqual([
      {
        id: own,
        device: { id: '65a0c0ffee0000000000d001', platform: 'Linux', sdkVersion: '0.1.0' },
        providerType: 'local-userpass',
        createdAt: new Date(1_700_000_000_000),
        lastUsedAt: new Date(1_700_000_060_000),
        isCurrent: true,
      },
      expect.objectContaining({ id: other, device: { id: null }, isCurrent: false }),
    ])
    expect(server.requests.at(-1)).toMatchObject({ method: 'GET', bearer: user.accessToken })
  })

  it('ends another session and leaves the user logged in', async () => {
    await using server = await startWireServer()
    const { user } = await logInToSession(server)

    await user.sessions.end(other)
    await user.sessions.endOthers()

    expect(server.requests.slice(-2)).toMatchObject([
      { method: 'DELETE', path: `${root}/${other}`, bearer: user.accessToken },
      { method: 'DELETE', path: root, bearer: user.accessToken },
    ])
    expect(user.isLoggedIn).toBe(true)
  })

  it('logs out when the session to end is the own one', async () => {
    await using server = await startWireServer()
    const { user } = await logInToSession(server)

    await user.sessions.end(own.toUpperCase())

    expect(user.state).toBe('LoggedOut')
    expect(server.count('DELETE', '/auth/session')).toBe(1)
    expect(server.count('DELETE', `${root}/${own}`)).toBe(0)
  })

  it('sends nothing for an id that would be another path', async () => {
    await using server = await startWireServer()
    const { user } = await logInToSession(server)
    const before = server.requests.length

    for (const bad of ['', '.', '..', `${own}/`, 'x']) {
      await expect(user.sessions.end(bad)).rejects.toThrow(
        "Expected 'id' to be a string of 24 hex characters, got a string",
      )
    }
    await expect(user.sessions.end(undefined as never)).rejects.toThrow(
      "Expected 'id' to be a string, got undefined",
    )

    expect(server.requests.length).toBe(before)
  })

  it('refuses an answer that is no list of sessions', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const broken = [wire, [null], [{ ...wire, created_at: 'yesterday' }], [{ ...wire, id: 7 }]]
    for (const body of broken) {
      server.answerWith(({ path }) => (path === root ? { status: 200, body } : undefined))
      await expect(user.sessions.list()).rejects.toMatchObject({ code: 4202 })
    }
  })
})
