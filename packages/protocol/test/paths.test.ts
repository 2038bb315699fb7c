import { adminPaths, clientPaths, issuer } from '@regent/protocol'
import { expect, it } from 'vitest'

it('names the paths that shipped clients send requests to', () => {
  expect(clientPaths.location('shop-xkqzp')).toBe('/api/client/v2.0/app/shop-xkqzp/location')
  expect(clientPaths.login('shop-xkqzp', 'anon-user')).toBe(
    '/api/client/v2.0/app/shop-xkqzp/auth/providers/anon-user/login',
  )
  expect(clientPaths.resetCall('a')).toBe(
    '/api/client/v2.0/app/a/auth/providers/local-userpass/reset/call',
  )
  expect(clientPaths.session()).toBe('/api/client/v2.0/auth/session')
  expect(issuer('https://x.example', 'a')).toBe('https://x.example/api/client/v2.0/app/a')
})

it('keeps whatever an id holds inside its segment, and writes route patterns as they are', () => {
  expect(clientPaths.location('../x?y#z')).toBe('/api/client/v2.0/app/..%2Fx%3Fy%23z/location')
  expect(adminPaths.user(':projectId', ':appId', ':userId')).toBe(
    '/api/admin/v3.0/groups/:projectId/apps/:appId/users/:userId',
  )
})

it.each(['.', '..', ':/../..', ':a/../b'])('lets the id %s lead to no other path', id => {
  const path = adminPaths.secret('p', 'a', id)
  expect(new URL(path, 'http://x').pathname).toBe(path)
  expect(path).toMatch(/\/secrets\/[^/]+$/)
})
