import { startOpenIdProvider } from '@regent/dev-openid'
import { graphApp, startGraphServer } from '@regent/server/testing'
import { Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { openApp, rejection } from './open-app.ts'

const clientId = 'shop'

/** An app whose Google and Apple are both an OpenID provider on this machine. */
const openShop = async () => {
  await using stack = new AsyncDisposableStack()
  const redirectUris = ['http://127.0.0.1/back']
  const clients = [
    { id: clientId, redirectUris },
    { id: 'another-shop', redirectUris },
  ]
  const provider = stack.use(await startOpenIdProvider({ clients }))
  const entry = { config: { clientId }, secretConfig: { clientSecret: 'clientSecret' } }
  const opened = stack.use(
    await openApp({
      settings: { googleIssuer: provider.issuer, appleIssuer: provider.issuer },
      app: {
        providers: [
          'anon-user',
          { type: 'oauth2-google', ...entry, config: { clientId, openId: true } },
          { type: 'oauth2-apple', ...entry },
        ],
        secrets: { clientSecret: 'not needed for ID tokens' },
      },
    }),
  )
  const kept = stack.move()
  return { provider, opened, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

describe('realm-web: Google and Apple', () => {
  it.each([
    ['google', (idToken: string) => Credentials.google({ idToken })],
    ['apple', (idToken: string) => Credentials.apple(idToken)],
  ] as const)('%s logs in with an ID token: the same person is the same user', async (name, by) => {
    await using shop = await openShop()
    const idToken = () => shop.provider.idTokenFor({ clientId })

    const user = await shop.opened.app.logIn(by(await idToken()))
    const again = await shop.opened.anotherDevice().logIn(by(await idToken()))

    expect(user.identities).toEqual([{ id: 'ada-1815', providerType: `oauth2-${name}` }])
    expect(again.id).toBe(user.id)
  })

  it('refuses a token that was made for another program', async () => {
    await using shop = await openShop()
    const idToken = await shop.provider.idTokenFor({ clientId: 'another-shop' })

    const refused = await rejection(shop.opened.app.logIn(Credentials.google({ idToken })))

    expect(refused).toMatchObject({
      statusCode: 401,
      error: 'unauthorized',
      errorCode: 'AuthError',
    })
  })

  it('links both to a guest, one after the other', async () => {
    await using shop = await openShop()
    const { provider, opened } = shop
    const user = await opened.app.logIn(Credentials.anonymous())

    await user.linkCredentials(Credentials.google({ idToken: await provider.idTokenFor() }))
    await user.linkCredentials(Credentials.apple(await provider.idTokenFor()))

    expect(user.identities.map(({ providerType }) => providerType)).toEqual([
      'anon-user',
      'oauth2-google',
      'oauth2-apple',
    ])
  })
})

describe('realm-web: Facebook', () => {
  it('logs in with an access token: the same person is the same user', async () => {
    await using graph = await startGraphServer()
    graph.people.set('77', { id: '77', name: 'Ada Lovelace' })
    graph.tokens.set('token-of-ada', { appId: graphApp.id, userId: '77' })
    await using opened = await openApp({
      settings: { facebookGraphUrl: graph.url },
      app: {
        providers: [
          {
            type: 'oauth2-facebook',
            config: { clientId: graphApp.id },
            secretConfig: { clientSecret: 'facebookSecret' },
            metadataFields: [{ name: 'name', required: true, fieldName: 'name' }],
          },
        ],
        secrets: { facebookSecret: graphApp.secret },
      },
    })

    const user = await opened.app.logIn(Credentials.facebook('token-of-ada'))
    const again = await opened.anotherDevice().logIn(Credentials.facebook('token-of-ada'))
    const refused = await rejection(opened.app.logIn(Credentials.facebook('token-of-nobody')))

    expect(user.identities).toEqual([{ id: '77', providerType: 'oauth2-facebook' }])
    expect(user.profile.name).toBe('Ada Lovelace')
    expect(again.id).toBe(user.id)
    expect(refused).toMatchObject({
      statusCode: 401,
      error: 'unauthorized',
      errorCode: 'AuthError',
    })
  })
})
