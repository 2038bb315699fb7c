import { createPublicKey, verify } from 'node:crypto'
import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { requestRaw } from '../http/raw.ts'
import { claimsOf, logIn, refused } from './clients.ts'

describe('what other services need', () => {
  it('lets them check an access token with nothing but the published keys', async () => {
    await using server = await startTestServer()
    const { clientAppId } = server.app
    const { access_token } = await logIn(server, 'anon-user')

    const discovery = await server.request('GET', clientPaths.openidConfiguration(clientAppId))
    const { issuer, jwks_uri, ...rest } = (await discovery.json()) as Record<string, string>
    const { keys } = (await (await fetch(jwks_uri ?? '')).json()) as { keys: { kid: string }[] }

    expect(rest).toEqual({})
    expect(issuer).toBe(claimsOf(access_token).iss)
    const [header = '', payload = '', signature = ''] = access_token.split('.')
    const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString())
    const jwk = keys.find(key => key.kid === kid)
    expect(alg).toBe('ES256')
    expect(jwk).not.toHaveProperty('d')
    const key = createPublicKey({ key: jwk, format: 'jwk' } as never)
    const signed = Buffer.from(`${header}.${payload}`)
    const verifier = { key, dsaEncoding: 'ieee-p1363' } as const
    expect(verify('sha256', signed, verifier, Buffer.from(signature, 'base64url'))).toBe(true)
    expect(discovery.headers.get('cache-control')).toBe('public, max-age=300')
  })
})

describe('GET …/realm-sync', () => {
  it('says that Device Sync is not offered, also to a websocket', async () => {
    await using server = await startTestServer()
    const path = clientPaths.realmSync(server.app.clientAppId)
    const told = {
      status: 501,
      error: 'Device Sync is not offered by this server; the user stays logged in',
    }

    const upgrade = await requestRaw(server.url, `GET ${path}`, [
      'upgrade: websocket',
      'connection: upgrade',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    ])

    expect(await refused(await server.request('GET', path))).toEqual(told)
    expect(upgrade).toMatchObject({ status: 501, reason: 'Not Implemented' })
    expect(JSON.parse(upgrade.body).error).toBe(told.error)
  })
})
