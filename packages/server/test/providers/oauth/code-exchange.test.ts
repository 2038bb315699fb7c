import { generateKeyPairSync } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { clientPaths, type ProviderType } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf } from '../../client/clients.ts'
import {
  type Answer,
  hostileClient,
  idToken,
  json,
  metadata,
  startHostileProvider,
} from '../../threats/hostile-provider.ts'

type Exchange = {
  readonly headers: IncomingHttpHeaders
  readonly form: Readonly<Record<string, string>>
}

/** A provider that keeps what its token endpoint was asked, and gives tokens for one address only. */
const openExchange = async (expected: string | undefined, secretGoesIn: 'basic' | 'post') => {
  const exchanges: Exchange[] = []
  const token: Answer = async (response, issuer, request) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)))
    exchanges.push({ headers: request.headers, form })
    const isRight = form.redirect_uri === expected
    const answer = isRight
      ? json({ id_token: idToken(issuer) })
      : json({ error: 'redirect_uri_mismatch' }, 400)
    answer(response, issuer, request)
  }
  const methods = { token_endpoint_auth_methods_supported: [`client_secret_${secretGoesIn}`] }
  const discovery = json(issuer => ({ ...metadata(issuer), ...methods }))
  return { exchanges, provider: await startHostileProvider({ token, discovery }) }
}

const openShop = (type: ProviderType, issuer: string, entry: object = {}) =>
  startTestServer({
    app: {
      providers: [
        {
          type,
          config: { clientId: hostileClient, issuer },
          secretConfig: { clientSecret: 'shopSecret' },
          ...entry,
        },
      ],
      secrets: { shopSecret: 'a secret: 100%' },
    },
  })

describe('a code of Google', () => {
  it('is exchanged as its mobile libraries ask for it, then as its web library does', async () => {
    const { exchanges, provider } = await openExchange('postmessage', 'basic')
    await using server = await openShop('oauth2-google', provider.issuer)
    const path = clientPaths.login('test-aaaaa', 'oauth2-google')
    const logIn = (payload: object) => server.request('POST', path, { json: payload })

    const found = await logIn({ authCode: 'c' })
    const named = await logIn({ authCode: 'c', redirectUri: 'https://elsewhere.example' })

    expect([found.status, named.status]).toEqual([200, 401])
    expect(exchanges.map(({ form }) => form.redirect_uri)).toEqual([
      '',
      'postmessage',
      'https://elsewhere.example',
    ])
    await provider[Symbol.asyncDispose]()
  })
})

describe('the client secret', () => {
  it('goes into a header, encoded, or into the form, as the provider says', async () => {
    for (const place of ['basic', 'post'] as const) {
      const { exchanges, provider } = await openExchange(undefined, place)
      await using server = await openShop('oauth2-oidc', provider.issuer)

      const answer = await server.request('POST', clientPaths.login('test-aaaaa', 'oauth2-oidc'), {
        json: { code: 'c', codeVerifier: 'v' },
      })

      expect(answer.status).toBe(200)
      const [{ headers, form }] = exchanges as [Exchange]
      const inHeader = Buffer.from(`${hostileClient}:a+secret%3A+100%25`).toString('base64')
      const shared = { grant_type: 'authorization_code', code: 'c', code_verifier: 'v' }
      const inForm = { client_id: hostileClient, client_secret: 'a secret: 100%' }
      expect(headers.authorization).toBe(place === 'basic' ? `Basic ${inHeader}` : undefined)
      expect(form).toEqual(place === 'basic' ? shared : { ...shared, ...inForm })
      await provider[Symbol.asyncDispose]()
    }
  })

  it('is left out by a client that has none', async () => {
    const { exchanges, provider } = await openExchange(undefined, 'post')
    await using server = await openShop('oauth2-oidc', provider.issuer, { secretConfig: {} })

    const path = clientPaths.login('test-aaaaa', 'oauth2-oidc')
    const answer = await server.request('POST', path, { json: { code: 'c' } })

    expect(answer.status).toBe(200)
    expect(exchanges[0]?.form).toEqual({
      grant_type: 'authorization_code',
      code: 'c',
      client_id: hostileClient,
    })
    await provider[Symbol.asyncDispose]()
  })

  it('is made for Apple where the app has a key', async () => {
    const { exchanges, provider } = await openExchange(undefined, 'post')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    await using server = await openShop('oauth2-apple', provider.issuer, {
      config: { clientId: hostileClient, issuer: provider.issuer, teamId: 'T', keyId: 'K' },
      secretConfig: { privateKey: 'shopSecret' },
    })
    await server.deps.appSecrets.write(server.app.id, 'shopSecret', pem)

    const path = clientPaths.login('test-aaaaa', 'oauth2-apple')
    const answer = await server.request('POST', path, { json: { authCode: 'c' } })

    expect(answer.status).toBe(200)
    expect(claimsOf(exchanges[0]?.form.client_secret ?? '')).toMatchObject({
      iss: 'T',
      sub: hostileClient,
      aud: provider.issuer,
    })
    await provider[Symbol.asyncDispose]()
  })

  it('that has no value is the app’s fault, not the user’s', async () => {
    const { exchanges, provider } = await openExchange(undefined, 'post')
    await using server = await openShop('oauth2-oidc', provider.issuer)
    await server.deps.appSecrets.remove(server.app.id, 'shopSecret')

    const path = clientPaths.login('test-aaaaa', 'oauth2-oidc')
    const answer = await server.request('POST', path, { json: { code: 'c' } })

    expect(answer.status).toBe(503)
    expect(exchanges).toEqual([])
    await provider[Symbol.asyncDispose]()
  })
})
