import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, profileOf } from '../client/clients.ts'
import { attempt, logInAda, register } from './people.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('a clock that was a day ahead and is set right', () => {
  it('logs nobody out: one refresh, and the user goes on', async () => {
    await using server = await startTestServer()
    server.advance(dayMs)
    const { access_token, refresh_token, user_id } = await logIn(server, 'anon-user')
    server.advance(-dayMs)

    const early = await server.request('GET', clientPaths.profile(), { bearer: access_token })
    const renewed = await server.request('POST', clientPaths.session(), { bearer: refresh_token })

    expect(early.status).toBe(401)
    expect(await early.json()).toMatchObject({ error_code: 'InvalidSession' })
    expect(renewed.status).toBe(201)
    const fresh = ((await renewed.json()) as { access_token: string }).access_token
    expect((await profileOf(server, fresh)).user_id).toBe(user_id)
  })

  it('makes nobody wait for a day because of a wrong password', async () => {
    await using server = await startTestServer()
    await register(server)
    server.advance(dayMs)
    for (let at = 0; at < 10; at++) await attempt(server, { password: 'wrong one' })
    server.advance(-dayMs)

    const refused = await attempt(server)

    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(1)
  })

  it('makes no token that lasts for ever', async () => {
    await using server = await startTestServer({ app: { refreshTokenSeconds: 1_800 } })
    await register(server)
    server.advance(dayMs)
    const { refresh_token } = await logInAda(server)
    server.advance(-dayMs)
    const refresh = () => server.request('POST', clientPaths.session(), { bearer: refresh_token })

    expect((await refresh()).status).toBe(201)
    server.advance(dayMs + 1_800_000)
    expect((await refresh()).status).toBe(401)
  })
})
