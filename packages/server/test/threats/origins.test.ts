import { adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

const shop = 'https://shop.example'
const others = [
  'null',
  'http://shop.example',
  'https://shop.example:8443',
  'https://shop.example.evil.example',
  'https://evil.example/https://shop.example',
  'https://SHOP.example',
  'https://shop.example.',
  'https://xshop.example',
  'https://shop.example, https://evil.example',
]

describe('a browser on another site', () => {
  it('never gets credentials, and of an app with a list not even an answer', async () => {
    await using server = await startTestServer({ app: { allowedRequestOrigins: [shop] } })
    const paths = [
      ['POST', clientPaths.login('test-aaaaa', 'anon-user')],
      ['POST', clientPaths.register('test-aaaaa')],
      ['GET', clientPaths.location('test-aaaaa')],
      ['GET', clientPaths.jwks('test-aaaaa')],
    ] as const

    for (const [method, path] of paths) {
      for (const origin of others) {
        for (const asked of [method, 'OPTIONS']) {
          const answer = await server.request(asked, path, { headers: { origin } })
          expect(answer.status, `${asked} ${path} ${origin}`).toBe(403)
          expect(answer.headers.get('access-control-allow-origin')).toBeNull()
          expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
        }
      }
    }
  })

  it('cannot reach the Admin API, even with the operator key', async () => {
    await using server = await startTestServer()
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'GET' }

    const asked = await server.request('OPTIONS', adminPaths.profile(), { headers })
    const answer = await server.request('GET', adminPaths.profile(), {
      headers,
      bearer: server.operatorKey,
    })

    expect(asked.ok).toBe(false)
    expect(asked.headers.get('access-control-allow-headers')).toBeNull()
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('shares no cached answer with one that is allowed', async () => {
    await using server = await startTestServer({ app: { allowedRequestOrigins: [shop] } })
    const path = clientPaths.jwks('test-aaaaa')

    const plain = await server.request('GET', path)
    const allowed = await server.request('GET', path, { headers: { origin: shop } })

    expect(plain.headers.get('cache-control')).toContain('public')
    expect(allowed.headers.get('access-control-allow-origin')).toBe(shop)
    for (const answer of [plain, allowed]) expect(answer.headers.get('vary')).toBe('origin')
  })
})
