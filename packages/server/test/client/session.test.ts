import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, post, refused } from './clients.ts'

const session = clientPaths.session()
const unknown = {
  status: 401,
  error: 'invalid session: failed to find refresh token',
  error_code: 'InvalidSession',
}

describe('POST /auth/session', () => {
  it('gives a new access token for the session, as often as asked and at once', async () => {
    await using server = await startTestServer()
    const { refresh_token: bearer, access_token, user_id } = await logIn(server, 'anon-user')
    server.advance(10_000)

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.request('POST', session, { bearer })),
    )

    for (const answer of answers) {
      expect(answer.status).toBe(201)
      const body = (await answer.json()) as { access_token: string }
      expect(Object.keys(body)).toEqual(['access_token'])
      expect(claimsOf(body.access_token)).toMatchObject({
        sub: user_id,
        sid: claimsOf(access_token).sid,
      })
      expect(claimsOf(body.access_token).iat).toBeGreaterThan(Number(claimsOf(access_token).iat))
    }
  })

  it('refuses what is no refresh token of a living session', async () => {
    await using server = await startTestServer({ app: { refreshTokenSeconds: 1_800 } })
    await post(server, clientPaths.register('test-aaaaa'), { email: 'a@b.c', password: '123456' })
    const login = { username: 'a@b.c', password: '123456' }
    const { access_token, refresh_token } = await logIn(server, 'local-userpass', login)
    const refresh = async (bearer: string) =>
      refused(await server.request('POST', session, { bearer }))

    expect(await refresh(access_token)).toEqual({
      status: 401,
      error: 'invalid refresh token: incorrect token type',
      error_code: 'InvalidSession',
    })
    expect(await refresh('null')).toEqual(unknown)
    expect(await refresh(`${refresh_token}x`)).toEqual(unknown)
    server.advance(1_801_000)
    expect(await refresh(refresh_token)).toEqual(unknown)
  })

  it('refuses a request without a bearer in the original words', async () => {
    await using server = await startTestServer()
    const send = async (headers: Record<string, string>) =>
      refused(await server.request('POST', session, { headers }))
    const empty = {
      status: 401,
      error: 'expected Authorization header with JWT (Bearer schema)',
    }

    expect(await send({})).toEqual({ status: 401, error: 'must authenticate first' })
    expect(await send({ authorization: 'Bearer ' })).toEqual(empty)
    expect(await send({ authorization: 'Basic YTpi' })).toEqual(empty)
    expect(await send({ authorization: 'Bearernull' })).toEqual(empty)
  })

  it('refuses a disabled user, whose access token goes on until it expires', async () => {
    await using server = await startTestServer()
    const user = await logIn(server, 'anon-user')
    await server.deps.store.users.setDisabled(user.user_id, true)

    const answer = await server.request('POST', session, { bearer: user.refresh_token })

    expect(await refused(answer)).toMatchObject({ status: 401, error_code: 'InvalidSession' })
  })
})

describe('DELETE /auth/session', () => {
  it('ends the session once; a second time it says what realm-web forgives', async () => {
    await using server = await startTestServer()
    const { refresh_token: bearer } = await logIn(server, 'anon-user')

    const first = await server.request('DELETE', session, { bearer })
    const second = await server.request('DELETE', session, { bearer })
    const refresh = await server.request('POST', session, { bearer })

    expect([first.status, await first.text()]).toEqual([204, ''])
    expect(first.headers.get('content-type')).toBeNull()
    expect(await refused(second)).toEqual(unknown)
    expect(await refused(refresh)).toEqual(unknown)
  })

  it('leaves the other sessions of the user alone', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register('test-aaaaa'), { email: 'a@b.c', password: '123456' })
    const login = { username: 'a@b.c', password: '123456' }
    const phone = await logIn(server, 'local-userpass', login)
    const laptop = await logIn(server, 'local-userpass', login)

    await server.request('DELETE', session, { bearer: phone.refresh_token })

    const refresh = await server.request('POST', session, { bearer: laptop.refresh_token })
    expect(refresh.status).toBe(201)
  })
})
