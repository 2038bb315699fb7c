import { domainToASCII } from 'node:url'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { AppProvider } from './app-provider.ts'

/** What a provider says of a user's e-mail address. */
export type ProviderEmail = {
  readonly address: unknown
  /** The provider checked that the address is the user's. */
  readonly isVerified: boolean
}

const domainOf = (address: unknown): string | undefined => {
  if (typeof address !== 'string') return undefined
  const at = address.lastIndexOf('@')
  const domain = at < 1 ? '' : domainToASCII(address.slice(at + 1)).toLowerCase()
  return domain === '' ? undefined : domain
}

/**
 * Lets in only who has a verified address in one of the app's domains, where it lists any. Subdomains are
 * domains of their own. What a provider says beside the address (Google's `hd`) does not count.
 *
 * @throws `domainRefused`
 */
export const checkEmailDomain = (
  { log }: Deps,
  { app, entry }: AppProvider,
  { address, isVerified }: ProviderEmail,
): void => {
  const allowed = entry.domainRestrictions
  if (allowed.length === 0) return
  const domain = domainOf(address)
  if (isVerified && domain !== undefined && allowed.includes(domain)) return
  const reason =
    domain === undefined ? 'no address' : isVerified ? 'another domain' : 'address not verified'
  log.warn('auth provider refused a log-in', {
    app: app.clientAppId,
    provider: entry.type,
    reason: `domain restrictions: ${reason}`,
  })
  throw new AppError('domainRefused', {}, { reason })
}
