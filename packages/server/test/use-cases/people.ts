import type { Refusal } from '@regent/protocol'
import type { App } from '../../src/domain/app.ts'
import type { DeviceInfo } from '../../src/domain/device.ts'
import type { AccessClaims } from '../../src/security/tokens.ts'
import { register } from '../../src/use-cases/email-password/register.ts'
import { type LoggedIn, logIn } from '../../src/use-cases/log-in.ts'
import { newApp, openDeps, type TestDeps } from '../deps/open-deps.ts'

export type Shop = TestDeps & { readonly app: App }

/** Real parts with one app deployed. */
export const openShop = async (change: Partial<App> = {}): Promise<Shop> => {
  const server = await openDeps()
  return { ...server, app: await server.deploy(newApp(change)) }
}

export const refusal = (name: Refusal): { refusal: Refusal } => ({ refusal: name })

export const logInAnonymously = ({ deps, app }: Shop, device?: DeviceInfo): Promise<LoggedIn> =>
  logIn(deps, app, { providerType: 'anon-user', payload: {}, device })

export type Entry = {
  readonly email?: string
  readonly password?: string
  readonly device?: DeviceInfo
  readonly address?: string
  readonly link?: AccessClaims
}

export const ada = { email: 'ada@example.com', password: 'ada-secret' }

/** Logs in with e-mail and password; as Ada, if nothing else is said. */
export const logInByEmail = (
  { deps, app }: Shop,
  { email = ada.email, password = ada.password, device, address, link }: Entry = {},
): Promise<LoggedIn> =>
  logIn(deps, app, {
    providerType: 'local-userpass',
    payload: { username: email, password },
    device,
    address,
    link,
  })

export const registerAda = ({ deps, app }: Shop): Promise<void> => register(deps, app, ada)

/** Token and id of the newest letter. */
export const newestToken = async ({
  store,
  app,
}: Shop): Promise<{ token: string; tokenId: string }> => {
  const [letter] = await store.mailbox.listByApp(app.id, 1)
  const { searchParams } = new URL(letter?.link ?? '')
  return {
    token: searchParams.get('token') ?? '',
    tokenId: searchParams.get('tokenId') ?? '',
  }
}
