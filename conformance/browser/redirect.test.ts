import { startOpenIdProvider } from '@regent/dev-openid'
import { startTestServer, type TestServer } from '@regent/server/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findChromium, openChromium } from './chromium.ts'
import { openSite, type Site } from './site.ts'

const executable = findChromium()
const clientId = 'shop'
const secret = 'what only the two of them know'

type Told = {
  readonly id: string
  readonly identities: readonly { readonly id: string; readonly providerType: string }[]
  readonly profile: Readonly<Record<string, unknown>>
  readonly error?: string
}

/** A site, a provider that stands for Google and Apple, and a server that trusts it. */
const openScene = async (browser: Browser) => {
  await using stack = new AsyncDisposableStack()
  const site = stack.use(await openSite())
  const server: { current?: TestServer } = {}
  const probe = await startTestServer()
  const { port } = new URL(probe.url)
  await probe.stop()
  const provider = stack.use(
    await startOpenIdProvider({
      clients: [
        {
          id: clientId,
          secret,
          redirectUris: [`http://127.0.0.1:${port}/api/client/v2.0/auth/callback`],
        },
      ],
    }),
  )
  const entry = {
    config: { clientId },
    secretConfig: { clientSecret: 'clientSecret' },
    redirectUris: [site.redirectUrl],
  }
  server.current = stack.use(
    await startTestServer({
      settings: {
        port: Number(port),
        googleIssuer: provider.issuer,
        appleIssuer: provider.issuer,
      },
      app: {
        allowedRequestOrigins: [site.origin],
        providers: [
          'anon-user',
          { type: 'oauth2-google', ...entry, config: { clientId, openId: true } },
          { type: 'oauth2-apple', ...entry },
        ],
        secrets: { clientSecret: secret },
      },
    }),
  )
  const context = await browser.newContext()
  stack.defer(() => context.close())
  const page = await context.newPage()
  const kept = stack.move()
  return {
    site,
    server: server.current,
    provider,
    page,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

const home = ({ origin }: Site, { app, url }: TestServer, provider = 'google'): string =>
  `${origin}/?${new URLSearchParams({ id: app.clientAppId, baseUrl: url, provider })}`

/** Presses a button of the site, signs in at the provider's window, and reads what the site then knows. */
const press = async (page: Page, button: string, person: string): Promise<Told> => {
  const [window] = await Promise.all([page.waitForEvent('popup'), page.click(button)])
  await window.getByText(person).first().click()
  const told = page.locator('output:not(:empty)')
  return JSON.parse((await told.textContent()) ?? '') as Told
}

describe('realm-web in Chromium: log-in by redirect', () => {
  let browser: Browser
  beforeAll(async () => {
    if (executable !== undefined) browser = await openChromium(executable)
  })
  afterAll(() => browser?.close())
  beforeEach(({ skip }) => skip(executable === undefined, 'this machine has no chromium'))

  it('opens the provider, comes back, and is logged in as the same user each time', async () => {
    await using scene = await openScene(browser)
    const { page, site, server } = scene
    await page.goto(home(site, server))

    const told = await press(page, '#log-in', 'Ada')
    const other = await (await browser.newContext()).newPage()
    await other.goto(home(site, server))
    const again = await press(other, '#log-in', 'Ada')
    await other.context().close()

    expect(told.error).toBeUndefined()
    expect(told.identities).toEqual([{ id: 'ada-1815', providerType: 'oauth2-google' }])
    expect(again.id).toBe(told.id)
  })

  it('comes back from Apple too, which posts a form across sites', async () => {
    await using scene = await openScene(browser)
    const { page, site, server } = scene
    await page.goto(home(site, server, 'apple'))

    const told = await press(page, '#log-in', 'Grace')

    expect(told.error).toBeUndefined()
    expect(told.identities).toEqual([{ id: 'grace-1906', providerType: 'oauth2-apple' }])
  })

  it('says so on a page when the site is none that the app may send people to', async () => {
    await using scene = await openScene(browser)
    const { page, server } = scene
    const query = new URLSearchParams({ state: 'abcdefghijkl', redirect: 'https://evil.example/' })

    await page.goto(
      `${server.url}/api/client/v2.0/app/${server.app.clientAppId}/auth/providers/oauth2-google/login?${query}`,
    )

    expect(page.url().startsWith(server.url)).toBe(true)
    expect(await page.textContent('body')).toContain('redirect_uris')
  })

  it('links to the user who is logged in, whose id stays', async () => {
    await using scene = await openScene(browser)
    const { page, site, server } = scene
    await page.goto(home(site, server))
    const id = await page.evaluate(async () => {
      const { ready: app } = globalThis as unknown as {
        ready: { logIn(c: unknown): Promise<{ id: string }> }
      }
      const { Realm } = globalThis as unknown as { Realm: typeof import('realm-web') }
      return (await app.logIn(Realm.Credentials.anonymous())).id
    })

    const told = await press(page, '#link', 'Grace')

    expect(told).toMatchObject({ id })
    expect(told.identities.map(({ providerType }) => providerType)).toEqual([
      'anon-user',
      'oauth2-google',
    ])
  })
})
