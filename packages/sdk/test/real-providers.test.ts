import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ada, startOpenIdProvider } from '@regent/dev-openid'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { Credentials } from '../src/index.ts'
import { customToken, customTokenSecrets, signToken } from './custom-token.ts'
import { errorOf, open, password } from './real-app.ts'

const back = 'https://shop.example/done'
const secret = 'secret of the shop'
const functions = { auth: { source: 'exports = ({ name }) => name', private: true } } as const

/** Answers of Facebook's Graph for one access token. */
const startGraph = async () => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://graph')
    const isMe = pathname.endsWith('/me')
    const isGood = searchParams.get(isMe ? 'access_token' : 'input_token') === 'token of ada'
    const inspected = { data: { app_id: 'shop', is_valid: isGood, user_id: '815', type: 'USER' } }
    response.writeHead(isGood ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isMe ? { id: '815', name: 'Ada' } : inspected))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(resolve))
    },
  }
}

/** An app with every provider there is. */
const startShop = async () => {
  const openId = await startOpenIdProvider({
    clients: [{ id: 'shop', secret, redirectUris: [back] }],
  })
  const graph = await startGraph()
  const entry = (type: 'oauth2-google' | 'oauth2-apple' | 'oauth2-oidc' | 'oauth2-facebook') => ({
    type,
    config: { clientId: 'shop', issuer: openId.issuer },
    secretConfig: { clientSecret: 'shopSecret' },
  })
  const server = await startTestServer({
    app: {
      providers: [
        'anon-user',
        'local-userpass',
        'api-key',
        customToken,
        { type: 'custom-function', config: { authFunctionName: 'auth' } },
        entry('oauth2-google'),
        entry('oauth2-apple'),
        entry('oauth2-oidc'),
        entry('oauth2-facebook'),
      ],
      functions,
      secrets: { ...customTokenSecrets, shopSecret: secret },
    },
    settings: { facebookGraphUrl: graph.url },
  })
  return {
    server,
    openId,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await openId.stop()
      await graph.stop()
    },
  }
}

describe('credentials of every provider', () => {
  it('are linked one after the other, and each then logs in to the same user', async () => {
    await using shop = await startShop()
    const { server, openId } = shop
    const app = open(server)
    const email = 'ada@example.com'
    await app.emailPasswordAuth.registerUser({ email, password })
    const ways: [string, () => Promise<Credentials>][] = [
      ['local-userpass', async () => Credentials.emailPassword(email, password)],
      ['custom-token', async () => Credentials.jwt(signToken({ sub: 'ada' }))],
      ['custom-function', async () => Credentials.function({ name: 'ada' })],
      ['oauth2-google', async () => Credentials.google({ idToken: await openId.idTokenFor() })],
      ['oauth2-apple', async () => Credentials.apple(await openId.idTokenFor())],
      ['oauth2-facebook', async () => Credentials.facebook('token of ada')],
      [
        'oauth2-oidc',
        async () => {
          const { code, redirectUri, verifier } = await openId.codeFor()
          return Credentials.openId({ authCode: code, redirectUri, codeVerifier: verifier })
        },
      ],
    ]
    const user = await app.logIn(Credentials.anonymous())
    const { id } = user

    for (const [, way] of ways) await user.linkCredentials(await way())

    const types = ways.map(([type]) => type)
    expect(user.id).toBe(id)
    expect(user.providerType).toBe('anon-user')
    expect(user.identities.map(({ providerType }) => providerType)).toEqual(['anon-user', ...types])
    expect(user.identities.find(one => one.providerType === 'oauth2-google')?.id).toBe(ada.sub)
    for (const [type, way] of ways) {
      const again = await open(server).logIn(await way())
      expect([type, again.id]).toEqual([type, id])
    }
    const { key } = await user.apiKeys.create('job')
    expect((await open(server).logIn(Credentials.apiKey(key))).id).toBe(id)
    await user.logOut()
    expect(user.state).toBe('LoggedOut')
  })

  it('are refused with a number and a hint, and nobody is logged out by it', async () => {
    await using shop = await startShop()
    const { server, openId } = shop
    const app = open(server)
    const user = await app.logIn(Credentials.anonymous())
    const stolen = await openId.idTokenFor()
    const other = await open(server).logIn(Credentials.google({ idToken: stolen }))
    const wrong: Credentials[] = [
      Credentials.google({ idToken: stolen }),
      Credentials.google({ idToken: 'a.b.c' }),
      Credentials.google({ authCode: 'guessed', redirectUri: back }),
      Credentials.apple('a.b.c'),
      Credentials.facebook('token of eve'),
      Credentials.jwt('a.b.c'),
      Credentials.openId({ idToken: 'a.b.c' }),
      Credentials.apiKey('guessed'),
    ]

    for (const credentials of wrong) {
      const error = await errorOf(user.linkCredentials(credentials))
      expect(error).toMatchObject({ code: 4346, statusCode: 401 })
      expect(error.message).toContain('unauthorized')
      expect(error.hint).toBeDefined()
    }

    expect(user.isLoggedIn).toBe(true)
    expect(user.identities).toHaveLength(1)
    expect(other.id).not.toBe(user.id)
    await user.refreshCustomData()
  })
})
