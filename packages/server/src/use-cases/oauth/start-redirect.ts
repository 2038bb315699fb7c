import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { DeviceInfo } from '../../domain/device.ts'
import { AppError } from '../../errors.ts'
import type { LinkTo } from '../link-identity.ts'
import { findLiveSession } from '../live-session.ts'
import { usableProvider } from '../prove-identity.ts'
import { keptOf, newRedirectSecrets, proofsOf, type RedirectSecrets } from './redirect-secrets.ts'
import { trustedRedirect } from './trusted-redirect.ts'

export type RedirectWish = {
  readonly providerType: string
  /** The client's own state. */
  readonly clientState: string
  readonly redirect: string | undefined
  readonly device: DeviceInfo | undefined
  readonly link: LinkTo | undefined
  /** Where the provider is to send the browser. */
  readonly callbackUrl: string
}

export type StartedRedirect = RedirectSecrets & {
  /** The provider's page. */
  readonly url: string
  /** True when the provider's page posts its answer. */
  readonly isPosted: boolean
}

/** How long a person has for the provider's page. */
export const redirectSeconds = 600

/**
 * Begins a log-in by redirect, or a link to the user who is logged in.
 *
 * @throws `providerNotFound` also for a provider without a page; `redirectRefused`; `providerUnavailable`; for
 * links `linkAnonymous`, `refreshTokenUnknown` and `sessionInvalid`
 */
export const startRedirect = async (
  deps: Deps,
  app: App,
  { providerType, redirect: wish, callbackUrl, clientState, device, link }: RedirectWish,
): Promise<StartedRedirect> => {
  const { provider, entry } = usableProvider(app, providerType)
  if (!provider.startRedirect) throw new AppError('providerNotFound', { provider: providerType })
  const redirect = trustedRedirect(entry, wish)
  if (link) await findLiveSession(deps, link)

  const secrets = newRedirectSecrets()
  const { nonce, codeChallenge } = proofsOf(secrets)
  const { url, isPosted } = await provider.startRedirect(deps, app, {
    entry,
    state: secrets.state,
    nonce,
    codeChallenge,
    redirectUri: callbackUrl,
  })
  await deps.store.oauthStates.insert({
    ...keptOf(secrets),
    appId: app.id,
    providerType: entry.type,
    clientState,
    redirect,
    callbackUrl,
    device,
    link: link && { userId: link.userId, sessionId: link.sessionId },
    expiresAt: deps.now() + redirectSeconds * 1000,
  })
  return { ...secrets, url, isPosted }
}
