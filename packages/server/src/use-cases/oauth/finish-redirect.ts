import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { OAuthState } from '../../store/oauth-states.ts'
import { type LoggedIn, logIn } from '../log-in.ts'
import { usableProvider } from '../prove-identity.ts'
import { areRedirectSecrets, keptOf, proofsOf, type RedirectSecrets } from './redirect-secrets.ts'
import { trustedRedirect } from './trusted-redirect.ts'

/** What a browser brings back from a provider's page. */
export type ProviderAnswer = {
  readonly code: string | undefined
  /** Name of an error (RFC 6749, 4.1.2.1), such as `access_denied`. */
  readonly error: string | undefined
  readonly issuer: string | undefined
  /** IP address of the browser. */
  readonly address: string | undefined
}

/** A log-in by redirect that its browser came back from. */
export type ReturnedRedirect = {
  readonly app: App
  readonly state: OAuthState
  readonly secrets: RedirectSecrets
}

/**
 * Takes a log-in by redirect up again. Works once, for the browser that began it; `undefined` for any other, for
 * one that took too long, and for what is no state of ours.
 *
 * @throws `providerNotFound`, `redirectRefused` when the app does not know the provider or the address any more
 */
export const takeUpRedirect = async (
  { store, now }: Deps,
  secrets: RedirectSecrets,
): Promise<ReturnedRedirect | undefined> => {
  if (!areRedirectSecrets(secrets)) return undefined
  const state = await store.oauthStates.consume({ ...keptOf(secrets), now: now() })
  const app = state && (await store.apps.findById(state.appId))
  if (!app) return undefined
  trustedRedirect(usableProvider(app, state.providerType).entry, state.redirect)
  return { app, state, secrets }
}

/**
 * Logs in, or links, with what the provider answered.
 *
 * @throws `redirectEnded` when the person or the provider did not go through with it; what `logIn` throws
 */
export const finishRedirect = async (
  deps: Deps,
  { app, state, secrets }: ReturnedRedirect,
  { code, error, issuer, address }: ProviderAnswer,
): Promise<LoggedIn> => {
  if (error !== undefined || code === undefined) {
    throw new AppError('redirectEnded', { error: nameOf(error) })
  }
  const { nonce, codeVerifier } = proofsOf(secrets)
  return logIn(deps, app, {
    providerType: state.providerType,
    payload: undefined,
    device: state.device,
    address,
    redirect: {
      code,
      redirectUri: state.callbackUrl,
      codeVerifier,
      nonce,
      ...(issuer !== undefined && { issuer }),
    },
    link: state.link && { app, ...state.link },
  })
}

const nameOf = (error: string | undefined): string =>
  error !== undefined && /^[\w.-]{1,64}$/.test(error) ? error : 'no code'
