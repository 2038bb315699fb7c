import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import type { App } from '../../src/domain/app.ts'
import { signWithSecret } from '../security/signers.ts'

export const secret = 'the signing secret of the shop, long'

/** What a test says of an app's `custom-token` entry; everything else is HS256 with `secret`. */
export type ShopOptions = {
  readonly config?: Readonly<Record<string, unknown>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly signingKeys?: readonly string[]
  readonly fields?: readonly { name: string; fieldName: string; required: boolean }[]
}

const toApp = (
  {
    config = {},
    secrets = { shopKey: secret },
    signingKeys = ['shopKey'],
    fields = [],
  }: ShopOptions,
  at: number,
): TestApp => ({
  clientAppId: `test-${'abcdefghijklmnopqrstuvwxyz'[at]?.repeat(5)}`,
  secrets,
  providers: [
    'anon-user',
    { type: 'local-userpass', config: { autoConfirm: true } },
    {
      type: 'custom-token',
      config: { signingAlgorithm: 'HS256', ...config },
      secretConfig: { signingKeys },
      metadataFields: fields,
    },
  ],
})

/** A server whose apps (one, unless a test says more) let in who brings a JWT; anonymous and e-mail too. */
export const startShop = (...shops: readonly ShopOptions[]): Promise<TestServer> =>
  startTestServer({ app: (shops.length === 0 ? [{}] : shops).map(toApp) })

/** Seconds since 1970 of the machine, as a signer's clock would have it. */
export const seconds = (): number => Math.floor(Date.now() / 1_000)

export const claimsOfAda = (more: object = {}) => ({ sub: 'ada', exp: seconds() + 3_600, ...more })

export const tokenOfAda = (more: object = {}): string => signWithSecret(secret, claimsOfAda(more))

/** One try to log in with a token, whatever comes of it. */
export const tryToken = (
  server: TestServer,
  token: unknown,
  { bearer, app = server.app }: { readonly bearer?: string; readonly app?: App } = {},
): Promise<Response> =>
  server.request(
    'POST',
    `${clientPaths.login(app.clientAppId, 'custom-token')}${bearer ? '?link=true' : ''}`,
    { json: { token }, ...(bearer && { bearer }) },
  )

/** Reasons that the log gives for log-ins that were refused, oldest first. */
export const reasons = (server: TestServer): unknown[] =>
  server
    .logs()
    .filter(({ provider }) => provider === 'custom-token')
    .map(({ reason }) => reason)
