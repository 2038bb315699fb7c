import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { ada, grace, type OpenIdProvider, startOpenIdProvider } from '@regent/dev-openid'
import { describe, expect, it } from 'vitest'

const callback = 'http://127.0.0.1:9/callback'
const shop = {
  id: 'shop',
  secret: 'the shop has a long secret of its own',
  redirectUris: [callback],
}
const phone = { id: 'phone', redirectUris: [callback], algorithm: 'ES256' } as const

const start = (): Promise<OpenIdProvider> => startOpenIdProvider({ clients: [shop, phone] })

const read = (part = ''): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString())
const parts = (token: string) => {
  const [header, payload, signature = ''] = token.split('.')
  const signed = Buffer.from(`${header}.${payload}`)
  return { header: read(header), claims: read(payload), signed, signature }
}

const keysOf = async ({ jwksUri }: OpenIdProvider): Promise<JsonWebKey[]> =>
  ((await (await fetch(jwksUri)).json()) as { keys: JsonWebKey[] }).keys

const isSigned = async (provider: OpenIdProvider, token: string): Promise<boolean> => {
  const { header, signed, signature } = parts(token)
  const key = (await keysOf(provider)).find(one => one.kid === header.kid)
  if (!key) return false
  const publicKey = createPublicKey({ key, format: 'jwk' })
  const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  return verify('sha256', signed, how, Buffer.from(signature, 'base64url'))
}

const authorization = (provider: OpenIdProvider, more: Record<string, string> = {}): string => {
  const query = { client_id: 'shop', response_type: 'code', redirect_uri: callback, ...more }
  return `${provider.issuer}/auth?${new URLSearchParams({ scope: 'openid', ...query })}`
}

describe('an ID token', () => {
  it('comes by the code flow, names client and person, and is signed by a published key', async () => {
    await using provider = await start()

    const token = await provider.idTokenFor({ nonce: 'n-1' })

    expect(parts(token).header).toMatchObject({ alg: 'RS256' })
    expect(parts(token).claims).toMatchObject({
      ...ada,
      iss: provider.issuer,
      aud: 'shop',
      nonce: 'n-1',
    })
    expect(await isSigned(provider, token)).toBe(true)
  })

  it('is signed with ES256 for a client that asks for it, public clients too', async () => {
    await using provider = await start()

    const token = await provider.idTokenFor({ clientId: 'phone', person: grace.sub })

    expect(parts(token).header).toMatchObject({ alg: 'ES256' })
    expect(parts(token).claims).toMatchObject({ ...grace, aud: 'phone' })
    expect(await isSigned(provider, token)).toBe(true)
  })

  it('is signed with new keys after a rotation, while the old ones stay published', async () => {
    await using provider = await start()
    const old = await provider.idTokenFor()

    await provider.rotateKeys()
    const young = await provider.idTokenFor()

    expect(parts(young).header.kid).not.toBe(parts(old).header.kid)
    expect(await isSigned(provider, old)).toBe(true)
    await provider.rotateKeys({ forget: true })
    expect(await isSigned(provider, old)).toBe(false)
  })

  it('can be made by hand with the real key, for what the provider would never say', async () => {
    await using provider = await start()

    const token = provider.sign({ sub: 'x', aud: 'another' }, { algorithm: 'ES256' })

    expect(parts(token).claims).toEqual({ sub: 'x', aud: 'another' })
    expect(await isSigned(provider, token)).toBe(true)
  })

  it('carries the claims of a person that were set meanwhile', async () => {
    await using provider = await start()

    provider.setPerson({ ...ada, email: 'ada@new.example', email_verified: false, shoe: 39 })

    expect(parts(await provider.idTokenFor()).claims).toMatchObject({
      sub: ada.sub,
      email: 'ada@new.example',
      email_verified: false,
      shoe: 39,
    })
  })
})

describe('signing in', () => {
  it('leads back to the client with a code, or with access_denied for nobody', async () => {
    await using provider = await start()

    const [somebody, nobody] = [
      await provider.signIn(authorization(provider, { state: 's-1' }), grace.sub),
      await provider.signIn(authorization(provider, { state: 's-2' }), ''),
    ]

    expect(somebody.url).toMatch(`${callback}?code=`)
    expect(new URL(somebody.url).searchParams.get('state')).toBe('s-1')
    expect(new URL(nobody.url).searchParams.get('error')).toBe('access_denied')
  })

  it('posts a form where the client asks for that', async () => {
    await using provider = await start()

    const { url, form } = await provider.signIn(
      authorization(provider, { response_mode: 'form_post', state: 's"1' }),
    )

    expect(url).toBe(callback)
    expect(form).toMatchObject({ code: expect.any(String), state: 's"1' })
  })

  it('shows a browser one button for each person', async () => {
    await using provider = await start()
    const first = await fetch(authorization(provider), { redirect: 'manual' })
    const cookie = first.headers
      .getSetCookie()
      .map(line => line.split(';')[0])
      .join('; ')

    const page = await fetch(new URL(first.headers.get('location') ?? '', provider.issuer), {
      headers: { cookie },
    })

    expect(await page.text()).toContain('value="grace-1906">Grace Hopper <small>grace@example.com<')
  })

  it("is refused for an address that is not the client's, and with a verifier that is wrong", async () => {
    await using provider = await start()
    const { code } = await provider.codeFor()

    const exchange = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback,
        code_verifier: 'x'.repeat(43),
        client_id: shop.id,
        client_secret: shop.secret,
      }),
    })

    expect(exchange.status).toBe(400)
    await expect(
      provider.signIn(authorization(provider, { redirect_uri: 'http://127.0.0.1:9/other' })),
    ).rejects.toThrow('invalid_redirect_uri')
  })
})

describe('a refresh token', () => {
  it('gives new tokens until it is revoked', async () => {
    await using provider = await start()
    const { refresh_token = '' } = await provider.tokensFor()
    const person = { client_id: shop.id, client_secret: shop.secret }
    const refresh = () =>
      fetch(`${provider.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token, ...person }),
      })
    expect((await refresh()).status).toBe(200)

    await fetch(`${provider.issuer}/token/revocation`, {
      method: 'POST',
      body: new URLSearchParams({ token: refresh_token, ...person }),
    })

    expect((await refresh()).status).toBe(400)
  })
})
