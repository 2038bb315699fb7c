import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

const shop = 'https://shop.example'
const evil = 'https://evil.example'
const closed = { clientAppId: 'closed-aaaaa', allowedRequestOrigins: [shop] }

const preflight = (origin: string) => ({
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type',
  },
})

describe('a browser', () => {
  it('may ask an app without a list from anywhere, without credentials', async () => {
    await using server = await startTestServer()
    const path = clientPaths.login('test-aaaaa', 'anon-user')

    const asked = await server.request('OPTIONS', path, preflight(evil))
    const answer = await server.request('POST', path, { json: {}, headers: { origin: evil } })

    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe('*')
    expect(asked.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE')
    expect(asked.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, accept',
    )
    expect(asked.headers.get('content-type')).toBeNull()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('may ask an app with a list from its origins only', async () => {
    await using server = await startTestServer({ app: closed })
    const path = clientPaths.login('closed-aaaaa', 'anon-user')
    const ask = (origin: string) => server.request('OPTIONS', path, preflight(origin))
    const logIn = (origin: string) =>
      server.request('POST', path, { json: {}, headers: { origin } })

    expect((await ask(shop)).headers.get('access-control-allow-origin')).toBe(shop)
    expect((await logIn(shop)).status).toBe(200)
    for (const origin of [evil, 'null', `${shop}.evil.example`, 'https://SHOP.example:443']) {
      expect((await ask(origin)).status).toBe(403)
      const refused = await logIn(origin)
      expect(refused.status).toBe(403)
      expect(refused.headers.get('access-control-allow-origin')).toBeNull()
      expect(await refused.json()).toMatchObject({
        error: `origin '${origin}' is not allowed`,
        error_code: 'DomainNotAllowed',
      })
    }
    expect(
      await server.deps.store.users.listByApp(server.app.id, { after: undefined, limit: 10 }),
    ).toHaveLength(1)
  })

  it('may ask paths without an app from an origin of any app; the token decides then', async () => {
    const other = { clientAppId: 'other-aaaaa', allowedRequestOrigins: ['https://other.example'] }
    await using server = await startTestServer({ app: [closed, other] })
    const login = await server.request('POST', clientPaths.login('closed-aaaaa', 'anon-user'), {
      json: {},
    })
    const { access_token, refresh_token } = (await login.json()) as Record<string, string>
    const profile = clientPaths.profile()
    const ask = (origin: string) => server.request('OPTIONS', profile, preflight(origin))
    const from = (method: string, path: string, bearer: string | undefined, origin: string) =>
      server.request(method, path, { ...(bearer && { bearer }), headers: { origin } })

    expect((await ask('https://other.example')).status).toBe(204)
    expect((await ask(evil)).status).toBe(403)
    expect((await from('GET', profile, access_token, shop)).status).toBe(200)
    expect((await from('GET', profile, access_token, 'https://other.example')).status).toBe(403)
    expect((await from('POST', clientPaths.session(), refresh_token, shop)).status).toBe(201)
    expect((await from('POST', clientPaths.session(), refresh_token, evil)).status).toBe(403)
    expect((await from('DELETE', clientPaths.session(), refresh_token, evil)).status).toBe(403)
    expect((await from('DELETE', clientPaths.session(), refresh_token, shop)).status).toBe(204)
  })

  it('sees refusals, so that it learns that a token is too old', async () => {
    await using server = await startTestServer({ app: closed })

    const refused = await server.request('GET', clientPaths.profile(), {
      bearer: 'null',
      headers: { origin: shop },
    })

    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe(shop)
    expect(refused.headers.get('access-control-expose-headers')).toContain(
      'x-appservices-request-id',
    )
    expect(refused.headers.get('vary')).toBe('origin')
  })
})
