import { type LoginWire, providerTypes } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { loginUrl, openBrowser, readHash } from '../../client/browser.ts'
import { profileOf } from '../../client/clients.ts'
import { field, openOpenIdShop, shopPage } from './openid-shop.ts'

const oidc = { type: 'oauth2-oidc' } as const

describe('logging in with any OpenID provider', () => {
  it('takes an ID token or a code, and calls the user by issuer and subject', async () => {
    await using shop = await openOpenIdShop(oidc)
    const { code, redirectUri, verifier } = await shop.openId.codeFor()

    const byToken = await shop.logIn({ id_token: await shop.openId.idTokenFor() })
    const byCode = await shop.logIn({ code, redirectUri, codeVerifier: verifier })

    const { user_id, access_token } = (await byToken.json()) as LoginWire
    expect(await byCode.json()).toMatchObject({ user_id })
    expect((await profileOf(shop.server, access_token)).identities).toMatchObject([
      { id: `${shop.openId.issuer}|ada-1815`, provider_type: 'oauth2-oidc' },
    ])
    expect(providerTypes).toContain('oauth2-oidc')
  })

  it('puts any claim that is mapped into the profile', async () => {
    await using shop = await openOpenIdShop({
      ...oidc,
      users: [{ sub: 'ada', team: { name: 'Engines' }, given_name: 'Ada' }],
      entry: {
        metadataFields: [
          { name: 'team.name', required: true, fieldName: 'team' },
          field('first_name'),
          field('email'),
        ],
      },
    })

    const answer = await shop.logIn({ id_token: await shop.openId.idTokenFor() })

    const { access_token } = (await answer.json()) as LoginWire
    expect((await profileOf(shop.server, access_token)).data).toEqual({
      team: 'Engines',
      first_name: 'Ada',
    })
  })

  it('asks for the scopes of its config, openid always among them', async () => {
    await using shop = await openOpenIdShop({ ...oidc, config: { scopes: ['email'] } })
    const browser = openBrowser(shop.server)

    const start = await browser.get(loginUrl('oauth2-oidc', { state: 'abc', redirect: shopPage }))
    const page = start.headers.get('location') ?? ''
    const end = await browser.get((await shop.openId.signIn(page)).url)

    expect(new URL(page).searchParams.get('scope')).toBe('openid email')
    expect(readHash(end)._baas_ua).toBeDefined()
  })
})
