import { type OpenIdProvider, type Person, startOpenIdProvider } from '@regent/dev-openid'
import { clientPaths, type ProviderType } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'

/** Where browsers know the server; its certificate ends before it. */
export const publicUrl = 'https://auth.shop.example'
/** The page of the app that log-ins by redirect end at. */
export const shopPage = 'https://shop.example/done'
/** Where the provider sends people who began in the app itself. */
const nativePage = 'https://shop.example/native'
export const clientId = 'shop-at-the-provider'
const secret = 'secret-of-the-shop'

export type ShopOptions = {
  /** Default `oauth2-google`. */
  readonly type?: ProviderType
  readonly config?: Readonly<Record<string, unknown>>
  readonly entry?: {
    readonly redirectUris?: readonly string[]
    readonly domainRestrictions?: readonly string[]
    readonly metadataFields?: readonly { name: string; required: boolean; fieldName: string }[]
    readonly secretConfig?: Readonly<Record<string, string>>
  }
  readonly app?: TestApp
  readonly users?: readonly Person[]
}

export type OpenIdShop = AsyncDisposable & {
  readonly server: TestServer
  readonly openId: OpenIdProvider
  /** Posts a log-in with the provider. */
  logIn(payload: unknown, bearer?: string): Promise<Response>
}

/** A field of the profile, under its own name. */
export const field = (name: string, required = false) => ({ name, required, fieldName: name })

/** A server with one app, and a real OpenID provider that the app uses as Google, as Apple or as itself. */
export const openOpenIdShop = async ({
  type = 'oauth2-google',
  config = {},
  entry = {},
  app = {},
  users,
}: ShopOptions = {}): Promise<OpenIdShop> => {
  const callback = `${publicUrl}${clientPaths.callback()}`
  const openId = await startOpenIdProvider({
    clients: [
      { id: clientId, secret, redirectUris: [nativePage, callback] },
      { id: 'other-shop', secret: 'another', redirectUris: ['https://other.example/back'] },
    ],
    ...(users && { users }),
  })
  const provider = {
    type,
    config: { clientId, issuer: openId.issuer, ...config },
    secretConfig: { clientSecret: 'openIdSecret' },
    redirectUris: [shopPage],
    ...entry,
  }
  const server = await startTestServer({
    app: {
      allowedRequestOrigins: ['https://shop.example'],
      ...app,
      providers: ['anon-user', 'local-userpass', provider, ...(app.providers ?? [])],
      secrets: { openIdSecret: secret, ...app.secrets },
    },
    settings: { publicUrl },
  })
  return {
    server,
    openId,
    logIn: (payload, bearer) => {
      const path = clientPaths.login(server.app.clientAppId, type)
      return server.request('POST', bearer === undefined ? path : `${path}?link=true`, {
        json: payload,
        ...(bearer !== undefined && { bearer }),
      })
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await openId.stop()
    },
  }
}

/** Why a provider's word was not taken, as the log has it. */
export const reasons = (server: TestServer): unknown[] =>
  server
    .logs()
    .filter(({ msg }) => String(msg).startsWith('auth provider'))
    .map(({ reason }) => reason)
