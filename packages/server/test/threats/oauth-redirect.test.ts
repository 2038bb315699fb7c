import { clientPaths, type LoginWire } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { type Browser, loginUrl, openBrowser, readHash } from '../client/browser.ts'
import { logIn, post, refused } from '../client/clients.ts'
import {
  clientId,
  type OpenIdShop,
  openOpenIdShop,
  publicUrl,
  reasons,
  shopPage,
} from '../providers/oauth/openid-shop.ts'
import { hostileClient, idToken, json, startHostileProvider } from './hostile-provider.ts'

const query = { state: 'abcdefghijkl', redirect: shopPage }
const minuteMs = 60_000

/** Begins in the browser and signs in at the provider; resolves to the address that leads back. */
const comeBack = async ({ openId }: OpenIdShop, browser: Browser, person?: string) => {
  const start = await browser.get(loginUrl('oauth2-google', query))
  return (await openId.signIn(start.headers.get('location') ?? '', person)).url
}

/** A page for a person, and nothing that leads anywhere. */
const refusedPage = async (response: Response): Promise<string> => {
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(response.status).toBeLessThan(500)
  expect(response.headers.get('location')).toBeNull()
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  return response.text()
}

const notBegunHere =
  'this log-in was begun in another browser, was completed before, or took more than 10 minutes'

describe('the way back from a provider', () => {
  it('logs nobody in to the account of who sends them the address (login CSRF)', async () => {
    await using shop = await openOpenIdShop()
    const attacker = openBrowser(shop.server)
    const victim = openBrowser(shop.server)
    const trap = await comeBack(shop, attacker)

    expect(await refusedPage(await victim.get(trap))).toContain(notBegunHere)

    await victim.get(loginUrl('oauth2-google', query))
    await refusedPage(await victim.get(trap))
    expect(readHash(await attacker.get(trap))._baas_ua).toBeDefined()
  })

  it('works once', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const url = await comeBack(shop, browser)
    const cookies = new Map(browser.cookies)

    const answers = await Promise.all([browser.get(url), browser.get(url), browser.get(url)])
    for (const [name, value] of cookies) browser.cookies.set(name, value)
    const later = await browser.get(url)

    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400])
    await refusedPage(later)
  })

  it('is closed after ten minutes', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const url = await comeBack(shop, browser)

    shop.server.advance(10 * minuteMs)

    expect(await refusedPage(await browser.get(url))).toContain(notBegunHere)
  })

  it('leads to no page that the app took off its list meanwhile', async () => {
    await using shop = await openOpenIdShop()
    const { server } = shop
    const browser = openBrowser(server)
    const url = await comeBack(shop, browser)
    const providers = server.app.providers.map(entry => ({ ...entry, redirectUris: [] }))
    await server.deps.store.apps.put({ ...server.app, providers })

    expect(await refusedPage(await browser.get(url))).toContain(shopPage)
    expect(
      await server.deps.store.users.listByApp(server.app.id, { after: undefined, limit: 1 }),
    ).toEqual([])
  })

  it('takes no state and no cookie but the pair it gave', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const url = new URL(await comeBack(shop, browser))
    const other = new URL(await comeBack(shop, openBrowser(shop.server)))
    const [name = '', value = ''] = [...browser.cookies][0] ?? []
    const state = url.searchParams.get('state') ?? ''

    for (const wrong of [
      '',
      'x',
      `${state}0`,
      state.toUpperCase(),
      '{"$ne":null}',
      state.slice(1),
    ]) {
      url.searchParams.set('state', wrong)
      await refusedPage(await browser.get(url.href))
    }
    url.searchParams.set('state', other.searchParams.get('state') ?? '')
    await refusedPage(await browser.get(url.href))
    url.searchParams.set('state', state)
    for (const wrong of ['', '0'.repeat(64), `${value}0`, `${value}; ${name}=${value}`]) {
      browser.cookies.set(name, wrong)
      await refusedPage(await browser.get(url.href))
    }
    await refusedPage(await browser.get(`${url.href}&state=${state}`))

    browser.cookies.set(name, value)
    expect((await browser.get(url.href)).status).toBe(303)
  })

  it('refuses a code of somebody else’s log-in (code injection)', async () => {
    await using shop = await openOpenIdShop()
    const attacker = openBrowser(shop.server)
    const stolen = new URL(await comeBack(shop, openBrowser(shop.server), 'grace-1906'))
    const own = new URL(await comeBack(shop, attacker))
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '')

    const end = await attacker.get(own.href)

    expect(readHash(end)).toEqual({
      _baas_client_app_id: 'test-aaaaa',
      _baas_state: query.state,
      _baas_error: 'unauthorized',
    })
  })

  it('is the only way for codes that were made for it', async () => {
    await using shop = await openOpenIdShop()
    const redirectUri = `${publicUrl}${clientPaths.callback()}`
    const page = new URL('/auth', shop.openId.issuer)
    const lure = { client_id: clientId, response_type: 'code', scope: 'openid', state: 'x' }
    page.search = `${new URLSearchParams({ ...lure, redirect_uri: redirectUri })}`
    const trap = await shop.openId.signIn(page.href, 'grace-1906')
    const authCode = new URL(trap.url).searchParams.get('code')

    for (const address of [
      redirectUri,
      `${redirectUri}?`,
      `${publicUrl}/x/..${clientPaths.callback()}/`,
    ]) {
      const answer = await shop.logIn({ authCode, redirectUri: address })
      expect(await refused(answer), address).toEqual({
        status: 400,
        error: "'redirectUri' is not valid: codes for it come by redirect",
        error_code: 'InvalidParameter',
      })
    }
  })

  it('refuses an ID token that was not made for this log-in (nonce)', async () => {
    let nonce: string | undefined
    await using provider = await startHostileProvider({
      token: json(issuer => ({ id_token: idToken(issuer, nonce === undefined ? {} : { nonce }) })),
    })
    const config = { clientId: hostileClient, issuer: provider.issuer }
    await using server = await startTestServer({
      app: { providers: [{ type: 'oauth2-oidc', config, redirectUris: [shopPage] }] },
      settings: { publicUrl },
    })
    const browser = openBrowser(server)
    const finish = async (choose: (asked: string) => string | undefined) => {
      const start = await browser.get(loginUrl('oauth2-oidc', query))
      const page = new URL(start.headers.get('location') ?? '').searchParams
      nonce = choose(page.get('nonce') ?? '')
      const back = new URLSearchParams({ code: 'c', state: page.get('state') ?? '' })
      return readHash(await browser.get(`${publicUrl}${clientPaths.callback()}?${back}`))
    }

    expect((await finish(() => undefined))._baas_error).toBe('unauthorized')
    expect((await finish(() => 'another'))._baas_error).toBe('unauthorized')
    expect((await finish(asked => asked))._baas_ua).toBeDefined()
  })

  it('refuses the answer of another provider (mix-up)', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const withIssuer = async (change: (url: URL) => void) => {
      const url = new URL(await comeBack(shop, browser))
      change(url)
      return readHash(await browser.get(url.href))
    }

    const ours = await withIssuer(() => {})
    const another = await withIssuer(url => url.searchParams.set('iss', 'https://evil.example'))
    const hidden = await withIssuer(url => url.searchParams.delete('iss'))

    expect(ours._baas_ua).toBeDefined()
    expect(another._baas_error).toBe('unauthorized')
    expect(hidden._baas_error).toBe('unauthorized')
    expect(reasons(shop.server)).toEqual(
      Array(2).fill('the answer by redirect is of another provider (iss)'),
    )
  })

  it('answers a page to forms that are too large, and to what is no form', async () => {
    await using shop = await openOpenIdShop()
    const ask = (body: string, type: string) =>
      shop.server.request('POST', clientPaths.callback(), {
        body,
        headers: { 'content-type': type },
      })
    const form = 'application/x-www-form-urlencoded'

    await refusedPage(await ask(`state=${'0'.repeat(40_000)}`, form))
    await refusedPage(await ask('{"state":{"$ne":null}}', 'application/json'))
    await refusedPage(await ask('state=%ff%00&state=a&code=b', form))
    await refusedPage(await ask('', form))
  })

  it('shows what it is sent as text only', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const script = '<script>alert(1)</script>'
    const callback = `${publicUrl}${clientPaths.callback()}`

    const forged = `${callback}?${new URLSearchParams({ state: script, error: script })}`
    const started = loginUrl('oauth2-google', { state: 'x', redirect: `https://e/${script}` })
    const pages = [await browser.get(forged), await browser.get(started)]

    for (const page of pages) expect(await refusedPage(page)).not.toContain(script)
    const url = new URL(await comeBack(shop, browser))
    url.searchParams.delete('code')
    url.searchParams.set('error', script)
    expect(readHash(await browser.get(url.href))._baas_error).not.toContain('<')
  })
})

describe('where a browser is sent with its tokens', () => {
  const tricks = [
    `${shopPage}/`,
    `${shopPage}?next=https://evil.example`,
    `${shopPage}#`,
    `${shopPage}.evil.example`,
    'https://shop.example',
    'https://shop.example/done/../../evil',
    'https://SHOP.example/done',
    'http://shop.example/done',
    'https://shop.example@evil.example/done',
    'https://shop.example\\.evil.example/done',
    '//evil.example/done',
    '\\\\evil.example/done',
    'https://shop。example/done',
    'javascript:alert(1)//https://shop.example/done',
    'data:text/html,x',
    ` ${shopPage}`,
  ]

  it('is an address that the app lists, letter by letter', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)

    for (const redirect of tricks) {
      const answer = await browser.get(loginUrl('oauth2-google', { ...query, redirect }))
      expect(await refusedPage(answer), redirect).toContain('redirect_uris')
    }
    const twice = `${loginUrl('oauth2-google', query)}&redirect=https://evil.example`
    await refusedPage(await browser.get(twice))
  })

  it('is nowhere when the app lists none, or lists what runs or reads', async () => {
    const bad = ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', `${shopPage}#x`]
    await using none = await openOpenIdShop({ entry: { redirectUris: [] } })
    await using listed = await openOpenIdShop({ entry: { redirectUris: bad } })

    for (const redirect of [shopPage, ...bad]) {
      for (const shop of [none, listed]) {
        const url = loginUrl('oauth2-google', { ...query, redirect })
        await refusedPage(await openBrowser(shop.server).get(url))
      }
    }
    const { state } = query
    await refusedPage(await openBrowser(none.server).get(loginUrl('oauth2-google', { state })))
  })

  it('is the one listed address when the app asks for none', async () => {
    await using shop = await openOpenIdShop()
    const { state } = query

    const answer = await openBrowser(shop.server).get(loginUrl('oauth2-google', { state }))

    expect(answer.status).toBe(302)
  })
})

describe('linking by redirect', () => {
  const origin = 'https://shop.example'
  const link = { ...query, link: 'true', providerRedirectHeader: 'true' }

  it('gives cookies to pages of listed origins only, and for nothing else', async () => {
    await using shop = await openOpenIdShop()
    await using open = await startTestServer({ app: { providers: ['anon-user', 'oauth2-google'] } })
    const path = clientPaths.login('test-aaaaa', 'oauth2-google')
    const credentials = async (
      server: typeof shop.server,
      method: string,
      headers: Readonly<Record<string, string>>,
      at = path,
    ) =>
      (await server.request(method, at, { headers })).headers.get(
        'access-control-allow-credentials',
      )
    const asked = { 'access-control-request-method': 'GET' }

    expect(await credentials(shop.server, 'GET', { origin })).toBe('true')
    expect(await credentials(shop.server, 'OPTIONS', { origin, ...asked })).toBe('true')
    for (const evil of ['https://evil.example', 'null', 'http://shop.example']) {
      expect(await credentials(shop.server, 'GET', { origin: evil })).toBeNull()
      expect(await credentials(shop.server, 'OPTIONS', { origin: evil, ...asked })).toBeNull()
      expect(await credentials(open, 'GET', { origin: evil })).toBeNull()
    }
    expect(await credentials(shop.server, 'POST', { origin })).toBeNull()
    const own = clientPaths.login('test-aaaaa', 'anon-user')
    expect(await credentials(shop.server, 'GET', { origin }, own)).toBeNull()
    expect(await credentials(shop.server, 'GET', { origin }, clientPaths.callback())).toBeNull()
  })

  it('links to who began it, and to nobody once that session has ended', async () => {
    await using shop = await openOpenIdShop()
    const { server, openId } = shop
    const browser = openBrowser(server)
    const began = await logIn(server, 'anon-user')
    const start = await browser.get(loginUrl('oauth2-google', link), {
      authorization: `Bearer ${began.access_token}`,
    })
    const back = await openId.signIn(start.headers.get('x-baas-location') ?? '')

    await server.request('DELETE', clientPaths.session(), { bearer: began.refresh_token })
    const end = await browser.get(back.url)

    expect(readHash(end)._baas_error).toBe('invalid session: failed to find refresh token')
    const fresh = await shop.logIn({ id_token: await openId.idTokenFor() })
    expect(((await fresh.json()) as LoginWire).user_id).not.toBe(began.user_id)
  })

  it('refuses a user of another app', async () => {
    await using shop = await openOpenIdShop()
    await using other = await startTestServer({ app: { clientAppId: 'other-aaaaa' } })
    const { access_token } = await logIn(other, 'anon-user')

    const answer = await openBrowser(shop.server).get(loginUrl('oauth2-google', link), {
      authorization: `Bearer ${access_token}`,
    })

    expect(answer.status).toBe(401)
    expect(answer.headers.get('x-baas-location')).toBeNull()
  })
})

describe('a provider’s word', () => {
  it('counts for the client it was given to only', async () => {
    await using shop = await openOpenIdShop()
    const { openId } = shop
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: openId.issuer, sub: 'ada', iat: now, exp: now + 3_600 }
    const tokens = [
      await openId.idTokenFor({ clientId: 'other-shop' }),
      openId.sign({ ...claims, aud: [clientId, 'other-shop'], azp: 'other-shop' }),
      openId.sign({ ...claims, aud: [clientId, 'other-shop'] }),
      openId.sign(claims),
    ]

    for (const id_token of tokens) expect((await shop.logIn({ id_token })).status).toBe(401)
    const both = { ...claims, aud: [clientId, 'other-shop'], azp: clientId }
    expect((await shop.logIn({ id_token: openId.sign(both) })).status).toBe(200)
  })

  it('never joins or confirms an account with the same e-mail address (pre-hijacking)', async () => {
    await using shop = await openOpenIdShop()
    const { server, openId } = shop
    const account = { email: 'ada@example.com', password: 'trap-of-eve' }
    await post(server, clientPaths.register('test-aaaaa'), account)
    const eve = await logIn(server, 'local-userpass', {
      username: account.email,
      password: account.password,
    })

    const ada = await shop.logIn({ id_token: await openId.idTokenFor() })

    const { user_id } = (await ada.json()) as LoginWire
    expect(user_id).not.toBe(eve.user_id)
    expect((await server.deps.store.users.findById(user_id))?.identities).toHaveLength(1)
    expect((await server.deps.store.users.findById(eve.user_id))?.identities).toHaveLength(1)
  })

  it('leaves no token, code, state or secret in the log', async () => {
    await using shop = await openOpenIdShop()
    const browser = openBrowser(shop.server)
    const id_token = await shop.openId.idTokenFor()
    await shop.logIn({ id_token })
    await shop.logIn({ id_token: `${id_token}x` })
    await shop.logIn({ authCode: 'a-code-that-is-none' })
    const url = new URL(await comeBack(shop, browser))
    const [secret = ''] = browser.cookies.values()
    const end = readHash(await browser.get(url.href))

    const log = JSON.stringify(shop.server.logs())

    expect(end._baas_ua).toBeDefined()
    const hidden = [id_token, 'a-code-that-is-none', secret, 'secret-of-the-shop']
    const code = url.searchParams.get('code') ?? ''
    const state = url.searchParams.get('state') ?? ''
    for (const text of [...hidden, code, state, ...(end._baas_ua?.split('$').slice(0, 2) ?? [])])
      expect(log).not.toContain(text)
  })
})
