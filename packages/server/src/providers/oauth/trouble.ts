import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { ForeignTokenError } from '../../security/foreign-tokens.ts'
import { OpenIdProviderError } from '../../security/openid-providers.ts'
import { OutboundError } from '../../security/outbound-error.ts'
import type { AppProvider } from './app-provider.ts'

/** Why a provider's word is not taken. Its message is for the log: no token, code or secret stands in it. */
export class ProviderTrouble extends Error {
  override readonly name = 'ProviderTrouble'
  /** True when not the user's token or code is to blame, so that trying again may help. */
  readonly isUnavailable: boolean
  /** The provider's own name for it, if it gave one. */
  readonly error: string | undefined

  constructor(
    message: string,
    {
      isUnavailable = false,
      error,
    }: { readonly isUnavailable?: boolean; readonly error?: string } = {},
  ) {
    super(message)
    this.isUnavailable = isUnavailable
    this.error = error
  }
}

const isUnavailable = (error: unknown): boolean | undefined => {
  if (error instanceof OutboundError || error instanceof OpenIdProviderError) return true
  if (error instanceof ProviderTrouble || error instanceof ForeignTokenError)
    return error.isUnavailable
  return undefined
}

/**
 * Does what asks a provider; the reason of a failure goes to the log, and one of two facts to the client.
 *
 * @throws `tokenRefused`, or `providerUnavailable` when the provider is to blame
 */
export const askProvider = async <Result>(
  { log, openIdProviders }: Deps,
  { app, entry }: AppProvider,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await openIdProviders.wait(`${app.id} ${entry.type}`, work)
  } catch (error) {
    const isTheirs = isUnavailable(error)
    if (isTheirs === undefined) throw error
    const { message: reason } = error as Error
    log.warn(isTheirs ? 'auth provider unavailable' : 'auth provider refused a log-in', {
      app: app.clientAppId,
      provider: entry.type,
      reason,
    })
    if (isTheirs) throw new AppError('providerUnavailable', { provider: entry.type }, { reason })
    throw new AppError('tokenRefused', {}, { cause: error, reason })
  }
}
