import type { Deps } from '../deps.ts'
import type { App, AuthProvider } from '../domain/app.ts'
import type { DeviceInfo } from '../domain/device.ts'
import { AppError } from '../errors.ts'
import type { FunctionRequest } from '../functions/call.ts'
import { findProvider } from '../providers/index.ts'
import type { Attempt, ProvenIdentity, Provider, RedirectAnswer } from '../providers/provider.ts'
import { offerPasswordOf } from './email-password/offer-password.ts'
import { findAuthProvider } from './find-auth-provider.ts'
import {
  admitGuess,
  type CountedGuess,
  countFailedGuess,
  forgetFailedGuesses,
  toCountedGuess,
} from './login-limits.ts'

/** What a client sends to log in. */
export type Credentials = {
  readonly providerType: string
  /** Unchecked; its provider knows what it must be. */
  readonly payload: unknown
  readonly device: DeviceInfo | undefined
  /** IP address of the client, if known; failures are counted by it. */
  readonly address?: string | undefined
  /** What the provider's page answered, in place of the payload. */
  readonly redirect?: RedirectAnswer | undefined
  /** The request as the app's own code may see it. */
  readonly request?: FunctionRequest | undefined
}

/** A proof together with the provider that gave it. */
export type Proof = ProvenIdentity & {
  readonly provider: Provider
  readonly entry: AuthProvider
  readonly newUserId: string
}

const isWrongGuess = (error: unknown, { refusal, wrongGuess }: Provider): boolean =>
  error instanceof AppError && (error.refusal === refusal || error.refusal === wrongGuess)

/**
 * Asked before and after: when others failed while this guess was worked on, nobody is told how it ended, right
 * or wrong. So many guesses sent at once are worth no more than a few.
 */
const identifyCounted = async (
  deps: Deps,
  app: App,
  { provider, attempt, guess }: { provider: Provider; attempt: Attempt; guess: CountedGuess },
): Promise<ProvenIdentity> => {
  await admitGuess(deps, app, guess)
  const [outcome] = await Promise.allSettled([provider.identify(deps, app, attempt)])
  const hasFailed = await admitGuess(deps, app, guess)
  if (outcome.status === 'fulfilled') {
    if (hasFailed) await forgetFailedGuesses(deps, guess)
    return outcome.value
  }
  if (isWrongGuess(outcome.reason, provider)) await countFailedGuess(deps, guess)
  throw outcome.reason
}

/**
 * The provider that a client may log in or link with.
 *
 * @throws `providerNotFound`
 */
export const usableProvider = (
  app: App,
  providerType: string,
): { readonly provider: Provider; readonly entry: AuthProvider } => {
  const entry = findAuthProvider(app, providerType)
  const provider = findProvider(providerType)
  if (!provider) throw new AppError('providerNotFound', { provider: providerType })
  return { provider, entry }
}

/**
 * Asks the provider who this is, and counts failures.
 *
 * @throws `providerNotFound`, `tooManyRequests`, and what the provider refuses
 */
export const proveIdentity = async (
  deps: Deps,
  app: App,
  { providerType, payload, device, address, redirect, request }: Credentials,
): Promise<Proof> => {
  const { provider, entry } = usableProvider(app, providerType)
  const newUserId = deps.newId()
  const offerPassword = offerPasswordOf(deps, app)
  const attempt = { payload, entry, newUserId, redirect, request, offerPassword }
  const account = provider.accountOf(payload)
  const identity =
    account === undefined
      ? await provider.identify(deps, app, attempt)
      : await identifyCounted(deps, app, {
          provider,
          attempt,
          guess: toCountedGuess(app, { providerType: provider.type, account, address, device }),
        })
  return { ...identity, provider, entry, newUserId }
}
