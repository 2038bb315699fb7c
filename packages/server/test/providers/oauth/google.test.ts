import { ada } from '@regent/dev-openid'
import type { LoginWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { logIn, profileOf, refused } from '../../client/clients.ts'
import { clientId, field, openOpenIdShop, reasons } from './openid-shop.ts'

const all = ['name', 'first_name', 'last_name', 'picture', 'email'].map(name => field(name))

describe('logging in with Google', () => {
  it('takes an ID token under both its names, and knows the user again', async () => {
    await using shop = await openOpenIdShop()
    const { server, openId } = shop

    const first = await shop.logIn({ id_token: await openId.idTokenFor() })
    const again = await shop.logIn({ idToken: await openId.idTokenFor() })

    expect([first.status, again.status]).toEqual([200, 200])
    const { user_id, access_token } = (await first.json()) as LoginWire
    expect(await again.json()).toMatchObject({ user_id })
    expect((await profileOf(server, access_token)).identities).toMatchObject([
      { id: ada.sub, provider_type: 'oauth2-google' },
    ])
  })

  it('takes a code, with the address and the verifier that the client asked with', async () => {
    await using shop = await openOpenIdShop()
    const { code, redirectUri, verifier } = await shop.openId.codeFor()
    const payload = { authCode: code, redirectUri, codeVerifier: verifier }

    const answer = await shop.logIn(payload)
    const replayed = await shop.logIn(payload)

    expect(answer.status).toBe(200)
    expect(await refused(replayed)).toEqual({
      status: 401,
      error: 'unauthorized',
      error_code: 'AuthError',
    })
    expect(reasons(shop.server)).toEqual(['the token endpoint answers 400, invalid_grant'])
  })

  it('puts into the profile what the app asked for, and nothing with openId', async () => {
    await using plain = await openOpenIdShop({ entry: { metadataFields: all } })
    await using bare = await openOpenIdShop({
      config: { openId: true },
      entry: { metadataFields: all },
    })
    const dataOf = async (shop: typeof plain) => {
      const answer = await shop.logIn({ id_token: await shop.openId.idTokenFor() })
      const { access_token } = (await answer.json()) as LoginWire
      return (await profileOf(shop.server, access_token)).data
    }

    expect(await dataOf(plain)).toEqual({
      name: 'Ada Lovelace',
      first_name: 'Ada',
      last_name: 'Lovelace',
      picture: 'https://example.com/ada.png',
      email: 'ada@example.com',
    })
    expect(await dataOf(bare)).toEqual({})
  })

  it('refuses who lacks what the app requires', async () => {
    await using shop = await openOpenIdShop({
      users: [{ sub: 'nameless' }],
      entry: { metadataFields: [field('email', true)] },
    })

    const answer = await shop.logIn({ id_token: await shop.openId.idTokenFor() })

    expect(await refused(answer)).toMatchObject({ status: 401, error: 'unauthorized' })
    expect(reasons(shop.server)).toEqual(["the field 'email' is missing"])
  })

  it('adds the identity to who is logged in', async () => {
    await using shop = await openOpenIdShop()
    const anonymous = await logIn(shop.server, 'anon-user')

    const linked = await shop.logIn(
      { id_token: await shop.openId.idTokenFor() },
      anonymous.access_token,
    )
    const later = await shop.logIn({ id_token: await shop.openId.idTokenFor() })

    expect(await linked.json()).toMatchObject({ user_id: anonymous.user_id })
    expect(await later.json()).toMatchObject({ user_id: anonymous.user_id })
    const { identities } = await profileOf(shop.server, anonymous.access_token)
    expect(identities.map(({ provider_type }) => provider_type)).toEqual([
      'anon-user',
      'oauth2-google',
    ])
  })

  it('asks for exactly one of token and code, as a text', async () => {
    await using shop = await openOpenIdShop()
    const wrong: readonly [unknown, string, string][] = [
      [{}, 'MissingParameter', "'id_token' or 'authCode' is a required string"],
      [
        { id_token: 'a', idToken: 'a' },
        'InvalidParameter',
        "send 'id_token' or 'idToken', not both",
      ],
      [
        { id_token: 'a', authCode: 'b' },
        'InvalidParameter',
        "send 'id_token' or 'authCode', not both",
      ],
      [{ code: 'a', authCode: 'b' }, 'InvalidParameter', "send 'authCode' or 'code', not both"],
      [{ id_token: '' }, 'InvalidParameter', "'id_token' is not valid"],
      [{ id_token: null }, 'InvalidParameter', "'id_token' must be of type string"],
      [{ id_token: { $ne: null } }, 'InvalidParameter', "'id_token' must be of type string"],
      [{ authCode: ['a'] }, 'InvalidParameter', "'authCode' must be of type string"],
      [{ authCode: 'a'.repeat(20_000) }, 'InvalidParameter', "'authCode' is too long"],
      [
        { authCode: 'a', redirectUri: 1 },
        'InvalidParameter',
        "'redirectUri' must be of type string",
      ],
    ]

    for (const [payload, error_code, error] of wrong) {
      expect(await refused(await shop.logIn(payload))).toEqual({ status: 400, error, error_code })
    }
    expect(reasons(shop.server)).toEqual([])
  })

  it('checks a nonce that the client names', async () => {
    await using shop = await openOpenIdShop()
    const id_token = await shop.openId.idTokenFor({ nonce: 'mine' })

    expect((await shop.logIn({ id_token, nonce: 'mine' })).status).toBe(200)
    expect((await shop.logIn({ id_token, nonce: 'yours' })).status).toBe(401)
    const without = await shop.openId.idTokenFor()
    expect((await shop.logIn({ id_token: without, nonce: 'mine' })).status).toBe(401)
  })

  it('takes the issuer with and without its scheme, as Google writes it', async () => {
    await using shop = await openOpenIdShop()
    const { openId } = shop
    const inAnHour = Math.floor(Date.now() / 1000) + 3_600
    const token = (iss: string) =>
      openId.sign({ iss, aud: clientId, sub: 'ada', iat: inAnHour - 3_600, exp: inAnHour })

    const answers = await Promise.all(
      [openId.issuer.slice('http://'.length), openId.issuer, 'https://evil.example'].map(iss =>
        shop.logIn({ id_token: token(iss) }),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401])
  })
})

describe('domain restrictions', () => {
  const people = [
    { sub: 'in', email: 'ada@Shop.Example', email_verified: true },
    { sub: 'out', email: 'eve@evil.example', email_verified: true },
    { sub: 'below', email: 'eve@mail.shop.example', email_verified: true },
    { sub: 'odd', email: 'eve@evil.example@shop.example', email_verified: false },
    { sub: 'unproven', email: 'eve@shop.example', email_verified: false },
    { sub: 'unsaid', email: 'eve@shop.example' },
    { sub: 'hosted', email: 'eve@evil.example', email_verified: true, hd: 'shop.example' },
    { sub: 'nobody', hd: 'shop.example' },
  ]

  it('let in who has a verified address in a listed domain, and nobody else', async () => {
    await using shop = await openOpenIdShop({
      users: people,
      entry: { domainRestrictions: ['shop.example'] },
    })

    for (const { sub } of people) {
      const answer = await shop.logIn({ id_token: await shop.openId.idTokenFor({ person: sub }) })
      expect(answer.status, sub).toBe(sub === 'in' ? 200 : 403)
      if (answer.status === 403)
        expect(await refused(answer)).toEqual({
          status: 403,
          error: 'the domain of the e-mail address is not allowed',
          error_code: 'DomainNotAllowed',
        })
    }
  })
})
