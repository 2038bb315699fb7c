import { createPublicKey } from 'node:crypto'
import type { TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import { logIn, refused } from '../client/clients.ts'
import { claimsOfAda, seconds, startShop, tokenOfAda, tryToken } from '../providers/token-shop.ts'
import { newEc, newEdwards, newRsa, signWithSecret } from '../security/signers.ts'
import { startWeb } from '../security/web.ts'
import { forge } from './forge.ts'

const unauthorized = { status: 401, error: 'unauthorized', error_code: 'AuthError' }

/** Somebody who is logged in while others try, and can go on. */
const begin = async (server: TestServer) => {
  const { refresh_token, access_token } = await logIn(server, 'anon-user')
  return async (): Promise<void> => {
    const renewed = await server.request('POST', '/api/client/v2.0/auth/session', {
      bearer: refresh_token,
    })
    expect(renewed.status).toBe(201)
    const profile = await server.request('GET', '/api/client/v2.0/auth/profile', {
      bearer: access_token,
    })
    expect(profile.status).toBe(200)
  }
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a forged token of another system', () => {
  it('is the same 401, whichever algorithm the app expects', async () => {
    const signers = [newRsa(), newEc(), newEdwards()]
    const algorithms = ['RS256', 'ES256', 'EdDSA']
    await using web = await startWeb((request, response) => {
      const signer = signers[Number(request.url?.slice(1))]
      response.end(JSON.stringify({ keys: [signer?.jwk('k-1')] }))
    })
    const byAddress = (at: number) => ({
      useJWKURI: true,
      jwkURI: `${web.url}/${at}`,
      audience: 'shop',
    })
    await using server = await startShop(
      ...algorithms.map((signingAlgorithm, at) => ({
        config: { signingAlgorithm },
        secrets: { shopKey: signers[at]?.pem ?? '' },
      })),
      ...algorithms.map((signingAlgorithm, at) => ({
        config: { signingAlgorithm, ...byAddress(at) },
      })),
    )
    const goesOn = await begin(server)

    for (const [at, signer] of [...signers, ...signers].entries()) {
      const app = server.apps[at] as App
      const good = signer.sign(claimsOfAda({ aud: 'shop' }), { kid: 'k-1' })
      expect((await tryToken(server, good, { app })).status).toBe(200)
      const forged = Object.entries(forge(good, { ...signer.jwk('k-1') })).filter(
        ([, token]) => token !== good,
      )
      expect(forged.length).toBeGreaterThan(40)
      for (const [how, token] of forged) {
        const answer = await refused(await tryToken(server, token, { app }))
        expect(answer, `${app.clientAppId} ${how}`).toEqual(unauthorized)
      }
    }
    expect(web.asked).toEqual(['/0', '/1', '/2'])
    await goesOn()
  })

  it('is refused where a shared secret is expected: public keys, nothing, other algorithms', async () => {
    await using server = await startShop()
    const goesOn = await begin(server)
    const good = tokenOfAda()
    const [head = '', payload = '', signature = ''] = good.split('.')
    const rsa = newRsa()
    const der = createPublicKey(rsa.pem).export({ type: 'spki', format: 'der' })
    const forged = [
      ...['none', 'None', 'nOnE', 'NONE', '', null, 'HS512', 'RS256', 'ES256'].flatMap(alg => [
        `${encode({ alg })}.${payload}.`,
        `${encode({ alg })}.${payload}.${signature}`,
      ]),
      ...['', 'shopKey', rsa.pem, der].map(secret => signWithSecret(secret, claimsOfAda())),
      rsa.sign(claimsOfAda()),
      rsa.sign(claimsOfAda(), { alg: 'HS256' }),
      newEc().sign(claimsOfAda(), { alg: 'HS256' }),
      `${head}.${payload}`,
      `${head}.${payload}.`,
      `${head}.${payload}.${signature}=`,
      `${head}.${payload}.${signature}AA`,
      `${head}.${payload}.${signature.slice(0, -1)}`,
      `${head}.${payload}.${signature}.${signature}`,
      `${head}.${payload.replace(/.$/, '_')}.${signature}`,
      `${head} .${payload}.${signature}`,
      good.replaceAll('-', '+').replaceAll('_', '/').concat('+'),
      `Bearer ${good}`,
    ]

    for (const token of forged) {
      expect(await refused(await tryToken(server, token)), token).toEqual(unauthorized)
    }
    expect((await tryToken(server, good)).status).toBe(200)
    await goesOn()
  })

  it('makes the server ask no address and look at no key that it names', async () => {
    await using web = await startWeb((_, response) => response.end('{"keys":[]}'))
    const [mine, theirs] = [newRsa(), newRsa()]
    await using server = await startShop({
      config: { signingAlgorithm: 'RS256' },
      secrets: { shopKey: mine.pem },
    })
    const goesOn = await begin(server)
    const headers = [
      { jku: `${web.url}/jku` },
      { x5u: `${web.url}/x5u` },
      { jwk: theirs.jwk('a') },
      { x5c: [Buffer.from('certificate').toString('base64')] },
      { kid: `${web.url}/kid` },
      ...['../../etc/passwd', "' OR 1=1", '__proto__', 'x'.repeat(10_000), '\0'].map(kid => ({
        kid,
      })),
    ]

    for (const header of headers) {
      expect(await refused(await tryToken(server, theirs.sign(claimsOfAda(), header)))).toEqual(
        unauthorized,
      )
      expect((await tryToken(server, mine.sign(claimsOfAda(), header))).status).toBe(200)
    }
    expect(web.connections()).toBe(0)
    await goesOn()
  })

  it('is refused beyond the minute that clocks may differ, and without an end', async () => {
    await using server = await startShop()
    const now = seconds()
    const bad = [
      { exp: now - 70 },
      { exp: undefined },
      { exp: null },
      { exp: 0 },
      { exp: '' },
      { exp: [] },
      { exp: String(now + 300) },
      { nbf: now + 80 },
      { iat: now + 80 },
      { nbf: String(now - 10) },
      { iat: null },
    ]

    for (const change of bad)
      expect(await refused(await tryToken(server, tokenOfAda(change)))).toEqual(unauthorized)
    for (const change of [
      { exp: now - 30 },
      { nbf: now + 50 },
      { iat: now + 50 },
      { exp: now + 1.5 },
    ])
      expect((await tryToken(server, tokenOfAda(change))).status).toBe(200)
  })

  it('of this server itself, or of another app, opens nothing', async () => {
    await using server = await startShop({}, { secrets: { shopKey: 'x'.repeat(40) } })
    const { access_token, refresh_token } = await logIn(server, 'anon-user')
    const [, other] = server.apps

    for (const token of [access_token, refresh_token])
      expect(await refused(await tryToken(server, token))).toEqual(unauthorized)
    const elsewhere = await tryToken(server, tokenOfAda(), { app: other as App })
    expect(await refused(elsewhere)).toEqual(unauthorized)
    const asSession = await server.request('GET', '/api/client/v2.0/auth/profile', {
      bearer: tokenOfAda(),
    })
    expect(asSession.status).toBe(401)
  })
})

describe('claims that would change more than a profile', () => {
  it('change none: prototypes stay, types and ids too', async () => {
    await using server = await startShop({
      fields: [
        { name: 'data', fieldName: 'data', required: false },
        { name: 'constructor', fieldName: '__proto__', required: false },
      ],
    })
    const secretText = 'the signing secret of the shop, long'
    const sign = (rest: string): string =>
      signWithSecret(secretText, `{"sub":"ada","exp":${seconds() + 99},${rest}}`)

    for (const rest of [
      '"__proto__":{"polluted":1}',
      '"data":{"ok":1,"__proto__":{"polluted":1}}',
      '"sub":"eve"',
    ])
      expect(await refused(await tryToken(server, sign(rest)))).toEqual(unauthorized)
    const token = sign(
      '"constructor":{"prototype":{"polluted":1}},"type":"server","user_id":"x","data":{"$ne":1}',
    )
    const { access_token } = await logIn(server, 'custom-token', { token })

    const answer = await server.request('GET', '/api/client/v2.0/auth/profile', {
      bearer: access_token,
    })
    expect(await answer.json()).toMatchObject({ type: 'normal', data: { data: { $ne: 1 } } })
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
  })
})
