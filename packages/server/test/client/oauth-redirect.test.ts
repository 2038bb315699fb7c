import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openOpenIdShop, publicUrl, shopPage } from '../providers/oauth/openid-shop.ts'
import { loginUrl, openBrowser, readHash } from './browser.ts'
import { logIn, profileOf, refused } from './clients.ts'

const state = 'abcdefghijkl'
const device = Buffer.from(
  JSON.stringify({ sdkVersion: '2.0.1', platform: 'chrome', deviceId: '65a0c0ffee0000000000d001' }),
).toString('base64')

describe('a log-in by redirect', () => {
  it('goes to the provider and back to the app, with tokens behind the hash', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)

    const start = await browser.get(
      loginUrl('oauth2-google', { state, redirect: shopPage, device }),
    )
    const page = new URL(start.headers.get('location') ?? '')
    const back = await shop.openId.signIn(page.href)
    const end = await browser.get(back.url)

    expect(start.status).toBe(302)
    expect(page.origin).toBe(shop.openId.issuer)
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${publicUrl}${clientPaths.callback()}`,
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(end.status).toBe(303)
    expect(end.headers.get('location')?.startsWith(`${shopPage}#`)).toBe(true)
    const result = readHash(end)
    expect(result).toMatchObject({
      _baas_client_app_id: 'test-aaaaa',
      _baas_state: state,
      _baas_link: 'false',
    })
    const [accessToken = '', refreshToken = '', userId, deviceId] =
      result._baas_ua?.split('$') ?? []
    expect(await profileOf(shop.server, accessToken)).toMatchObject({
      user_id: userId,
      identities: [{ id: 'ada-1815', provider_type: 'oauth2-google' }],
    })
    expect(deviceId).toMatch(/^[0-9a-f]{24}$/)
    const refreshed = await shop.server.request('POST', clientPaths.session(), {
      bearer: refreshToken,
    })
    expect(refreshed.status).toBe(201)
  })

  it('takes the form that Apple posts', async () => {
    await using shop = await openOpenIdShop({ type: 'oauth2-apple' })
    const browser = openBrowser(shop.server)

    const start = await browser.get(loginUrl('oauth2-apple', { state, redirect: shopPage }))
    const page = start.headers.get('location') ?? ''
    const { url, form = {} } = await shop.openId.signIn(page)
    const end = await browser.post(url, form)

    expect(new URL(page).searchParams.get('response_mode')).toBe('form_post')
    expect(start.headers.get('set-cookie')).toContain('SameSite=None')
    expect(end.status).toBe(303)
    expect(readHash(end)._baas_ua?.split('$')).toHaveLength(4)
  })

  it('tells the app that the person went back', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const start = await browser.get(loginUrl('oauth2-google', { state, redirect: shopPage }))

    const back = await shop.openId.signIn(start.headers.get('location') ?? '', '')
    const end = await browser.get(back.url)

    expect(readHash(end)).toEqual({
      _baas_client_app_id: 'test-aaaaa',
      _baas_state: state,
      _baas_error: 'the log-in at the auth provider was not completed: access_denied',
    })
  })

  it('keeps nothing that scripts could read, and forgets its cookie afterwards', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const start = await browser.get(loginUrl('oauth2-google', { state, redirect: shopPage }))
    const cookie = start.headers.get('set-cookie') ?? ''

    const back = await shop.openId.signIn(start.headers.get('location') ?? '')
    const end = await browser.get(back.url)

    expect(cookie).toMatch(
      /^__Host-regent-login-[0-9a-f]{16}=[0-9a-f]{64}; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(browser.cookies.size).toBe(0)
    expect(end.headers.get('cache-control')).toBe('no-store')
    expect(end.headers.get('referrer-policy')).toBe('no-referrer')
    expect(end.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('can go on in two windows at once', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const ask = (own: string) =>
      browser.get(loginUrl('oauth2-google', { state: own, redirect: shopPage }))
    const [first, second] = [await ask('first'), await ask('second')]
    const finish = async (start: Response, person: string) => {
      const back = await shop.openId.signIn(start.headers.get('location') ?? '', person)
      return readHash(await browser.get(back.url))
    }

    expect((await finish(second, 'grace-1906'))._baas_state).toBe('second')
    expect((await finish(first, 'ada-1815'))._baas_state).toBe('first')
  })
})

describe('linking by redirect', () => {
  const origin = 'https://shop.example'

  it('names the page in a header, and adds the identity to who asked', async () => {
    await using shop = await openOpenIdShop()
    const { server } = shop
    const browser = openBrowser(server)
    const { access_token, user_id } = await logIn(server, 'anon-user')
    const query = { link: 'true', state, redirect: shopPage, providerRedirectHeader: 'true' }

    const start = await browser.get(loginUrl('oauth2-google', query), {
      authorization: `Bearer ${access_token}`,
      origin,
    })
    const back = await shop.openId.signIn(start.headers.get('x-baas-location') ?? '')
    const end = await browser.get(back.url)

    expect(start.status).toBe(200)
    expect(start.headers.get('content-type')).toBeNull()
    expect(start.headers.get('access-control-allow-origin')).toBe(origin)
    expect(start.headers.get('access-control-allow-credentials')).toBe('true')
    expect(start.headers.get('access-control-expose-headers')).toContain('x-baas-location')
    expect(start.headers.get('set-cookie')).toContain('SameSite=None')
    const result = readHash(end)
    expect(result._baas_link).toBe('true')
    const [linkedToken = '', , linkedUser] = result._baas_ua?.split('$') ?? []
    expect(linkedUser).toBe(user_id)
    const { identities } = await profileOf(server, linkedToken)
    expect(identities.map(({ provider_type }) => provider_type)).toEqual([
      'anon-user',
      'oauth2-google',
    ])
  })

  it('is told in JSON what is wrong, as a program asks', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const { access_token } = await logIn(shop.server, 'anon-user')
    const query = { link: 'true', state, redirect: shopPage, providerRedirectHeader: 'true' }
    const bearer = { authorization: `Bearer ${access_token}` }

    const nobody = await browser.get(loginUrl('oauth2-google', query))
    const elsewhere = await browser.get(
      loginUrl('oauth2-google', { ...query, redirect: 'https://evil.example/' }),
      bearer,
    )
    const unknown = await browser.get(loginUrl('oauth2-facebook', query), bearer)

    expect(await refused(nobody)).toEqual({ status: 401, error: 'must authenticate first' })
    expect(await refused(elsewhere)).toEqual({
      status: 400,
      error: "redirect 'https://evil.example/' is not one of the provider's redirect_uris",
      error_code: 'BadRequest',
    })
    expect(await refused(unknown)).toMatchObject({ status: 404 })
  })

  it('tells the app when the identity is somebody else’s', async () => {
    await using shop = await openOpenIdShop()
    const { server, openId } = shop
    await shop.logIn({ id_token: await openId.idTokenFor() })
    const browser = openBrowser(server)
    const { access_token } = await logIn(server, 'anon-user')
    const query = { link: 'true', state, redirect: shopPage, providerRedirectHeader: 'true' }
    const start = await browser.get(loginUrl('oauth2-google', query), {
      authorization: `Bearer ${access_token}`,
    })

    const back = await openId.signIn(start.headers.get('x-baas-location') ?? '')
    const end = await browser.get(back.url)

    expect(readHash(end)).toEqual({
      _baas_client_app_id: 'test-aaaaa',
      _baas_state: state,
      _baas_error: 'unauthorized: identity already belongs to another user',
    })
  })
})

describe('a log-in by redirect on a developer’s own machine', () => {
  it('comes back to the name that the browser used, with cookies that browsers keep there', async () => {
    await using shop = await openOpenIdShop()
    const config = { clientId: 'x', issuer: shop.openId.issuer }
    const redirectUris = [shopPage]
    await using server = await startTestServer({
      app: {
        providers: [
          { type: 'oauth2-google', config, redirectUris },
          { type: 'oauth2-apple', config, redirectUris },
        ],
      },
    })
    const ask = (provider: string) =>
      server.request('GET', `${clientPaths.login('test-aaaaa', provider)}?state=${state}`)

    const [google, apple] = [await ask('oauth2-google'), await ask('oauth2-apple')]

    const page = new URL(google.headers.get('location') ?? '')
    expect(page.searchParams.get('redirect_uri')).toBe(`${server.url}${clientPaths.callback()}`)
    expect(google.headers.get('set-cookie')).toMatch(/^regent-login-.*; HttpOnly; SameSite=Lax$/)
    expect(apple.headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=None$/)
  })
})
