import type { RequestListener } from 'node:http'
import { clientPaths, type LoginWire } from '@regent/protocol'
import { graphApp, startGraphServer, startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { loginUrl, openBrowser, readHash } from '../../client/browser.ts'
import { profileOf, refused } from '../../client/clients.ts'
import { startWeb } from '../../security/web.ts'
import { field, publicUrl, reasons, shopPage } from './openid-shop.ts'

const ada = {
  id: '10001815',
  name: 'Ada Lovelace',
  first_name: 'Ada',
  last_name: 'Lovelace',
  email: 'ada@example.com',
  gender: 'female',
  birthday: '12/10/1815',
  picture: { data: { url: 'https://example.com/ada.png', width: 50 } },
  age_range: { min: 21, max: 99 },
}
const names = [
  'name',
  'first_name',
  'last_name',
  'picture',
  'email',
  'gender',
  'birthday',
  'min_age',
  'max_age',
]

const openShop = async (entry: object = {}, graphUrl?: string) => {
  const graph = await startGraphServer()
  graph.people.set(ada.id, ada)
  graph.tokens.set('token-of-ada', { appId: graphApp.id, userId: ada.id })
  const server = await startTestServer({
    app: {
      providers: [
        {
          type: 'oauth2-facebook',
          config: { clientId: graphApp.id },
          secretConfig: { clientSecret: 'facebookSecret' },
          redirectUris: [shopPage],
          ...entry,
        },
      ],
      secrets: { facebookSecret: graphApp.secret },
    },
    settings: { publicUrl, facebookGraphUrl: graphUrl ?? graph.url },
  })
  return {
    graph,
    server,
    logIn: (payload: unknown) =>
      server.request('POST', clientPaths.login('test-aaaaa', 'oauth2-facebook'), { json: payload }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

describe('logging in with Facebook', () => {
  it('takes an access token under both its names, and knows the user again', async () => {
    await using shop = await openShop()

    const first = await shop.logIn({ accessToken: 'token-of-ada' })
    const again = await shop.logIn({ access_token: 'token-of-ada' })

    const { user_id, access_token } = (await first.json()) as LoginWire
    expect(await again.json()).toMatchObject({ user_id })
    expect(await profileOf(shop.server, access_token)).toMatchObject({
      identities: [{ id: ada.id, provider_type: 'oauth2-facebook' }],
      data: {},
    })
    expect(new Set(shop.graph.asked)).toEqual(new Set(['id']))
  })

  it('puts into the profile what the app asked for', async () => {
    await using shop = await openShop({ metadataFields: names.map(name => field(name)) })

    const answer = await shop.logIn({ accessToken: 'token-of-ada' })

    const { access_token } = (await answer.json()) as LoginWire
    expect((await profileOf(shop.server, access_token)).data).toEqual({
      name: 'Ada Lovelace',
      first_name: 'Ada',
      last_name: 'Lovelace',
      picture: 'https://example.com/ada.png',
      email: 'ada@example.com',
      gender: 'female',
      birthday: '12/10/1815',
      min_age: 21,
      max_age: 99,
    })
  })

  it('refuses tokens of other apps, of nobody, of pages, and those that ended', async () => {
    await using shop = await openShop()
    const { tokens } = shop.graph
    const ours = { appId: graphApp.id, userId: ada.id }
    tokens.set('of-another-app', { ...ours, appId: '999' })
    tokens.set('revoked', { ...ours, isValid: false })
    tokens.set('of-a-page', { ...ours, type: 'PAGE' })
    tokens.set('old', { ...ours, expiresAt: 1_000 })
    tokens.set('odd', { ...ours, userId: '{"$ne":null}' })
    tokens.set('of-nobody-known', { ...ours, userId: '42' })

    for (const accessToken of [...tokens.keys(), 'unknown'].slice(1)) {
      const answer = await shop.logIn({ accessToken })
      expect(await refused(answer), accessToken).toEqual({
        status: 401,
        error: 'unauthorized',
        error_code: 'AuthError',
      })
    }
    expect(reasons(shop.server)).toEqual([
      'the access token was given to another app',
      'the access token is not valid',
      'the access token is not of a user',
      'the access token has expired',
      'the user id is no id of Facebook',
      'the profile is of another user',
      'the access token belongs to nobody',
    ])
    expect(JSON.stringify(shop.server.logs())).not.toContain('of-another-app')
  })

  it('asks for exactly one token, as a text', async () => {
    await using shop = await openShop()
    const wrong: readonly [unknown, string, string][] = [
      [{}, 'MissingParameter', "'accessToken' is a required string"],
      [
        { accessToken: 'a', access_token: 'a' },
        'InvalidParameter',
        "send 'accessToken' or 'access_token', not both",
      ],
      [{ accessToken: '' }, 'InvalidParameter', "'accessToken' is not valid"],
      [{ accessToken: { $gt: '' } }, 'InvalidParameter', "'accessToken' must be of type string"],
    ]

    for (const [payload, error_code, error] of wrong)
      expect(await refused(await shop.logIn(payload))).toEqual({ status: 400, error, error_code })
  })

  it('answers 503 when Graph is down, huge, or answers no JSON', async () => {
    const answers: readonly RequestListener[] = [
      (request, _response) => request.socket.destroy(),
      (_request, response) => response.end(' '.repeat(300_000)),
      (_request, response) => response.end('<html>'),
      (_request, response) => response.writeHead(500).end('{}'),
      (_request, response) => response.writeHead(302, { location: '/' }).end(),
    ]
    const clear = { status: 503, error: expect.stringContaining('cannot be reached now') }

    for (const answer of answers) {
      await using web = await startWeb(answer)
      await using shop = await openShop({}, web.url)
      expect(await refused(await shop.logIn({ accessToken: 'token-of-ada' }))).toEqual(clear)
      expect(reasons(shop.server)).toHaveLength(1)
      expect(JSON.stringify(shop.server.logs())).not.toContain('token-of-ada')
    }
  })

  it('shows its secret to no Graph that others can listen at', async () => {
    await using shop = await openShop({}, 'http://8.8.8.8/v23.0')

    const answer = await shop.logIn({ accessToken: 'token-of-ada' })

    expect(answer.status).toBe(503)
    expect(reasons(shop.server)).toEqual([expect.stringContaining('has no TLS')])
  })

  it('lets nobody in by the domain of an address that Facebook may not have checked', async () => {
    await using shop = await openShop({ domainRestrictions: ['example.com'] })

    const answer = await shop.logIn({ accessToken: 'token-of-ada' })

    expect(await refused(answer)).toMatchObject({ status: 403, error_code: 'DomainNotAllowed' })
    expect(reasons(shop.server)).toEqual(['domain restrictions: address not verified'])
  })

  it('goes by redirect too, asking for what the app uses', async () => {
    await using shop = await openShop({ metadataFields: [field('email'), field('min_age')] })
    const browser = openBrowser(shop.server)
    const callback = `${publicUrl}${clientPaths.callback()}`

    const start = await browser.get(
      loginUrl('oauth2-facebook', { state: 'abc', redirect: shopPage }),
    )
    const page = new URL(start.headers.get('location') ?? '')
    shop.graph.codes.set('one-time', { token: 'token-of-ada', redirectUri: callback })
    const state = page.searchParams.get('state') ?? ''
    const end = await browser.get(`${callback}?${new URLSearchParams({ code: 'one-time', state })}`)

    expect(`${page.origin}${page.pathname}`).toBe('https://www.facebook.com/v23.0/dialog/oauth')
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      client_id: graphApp.id,
      redirect_uri: callback,
      scope: 'public_profile,email,user_age_range',
    })
    const [accessToken = ''] = readHash(end)._baas_ua?.split('$') ?? []
    expect((await profileOf(shop.server, accessToken)).data).toEqual({
      email: 'ada@example.com',
      min_age: 21,
    })
  })
})
