import type { AuthProvider } from '../../domain/app.ts'
import { openIdProvider } from './open-id.ts'
import { findSecret, findSetting, wantsField } from './settings.ts'

/** With `openId`, Google says who somebody is and nothing else. */
const takesMetadata = ({ config }: AuthProvider): boolean => config.openId !== true

/** Only what the app uses is asked for. */
const scopesOf = (entry: AuthProvider): string[] => {
  const takes = takesMetadata(entry)
  const wantsEmail = takes && wantsField(entry, 'email', 'email_verified')
  const wantsProfile = takes && entry.metadataFields.some(({ name }) => !name.startsWith('email'))
  return [
    'openid',
    ...(wantsEmail || entry.domainRestrictions.length > 0 ? ['email'] : []),
    ...(wantsProfile ? ['profile'] : []),
  ]
}

/**
 * Google. Codes of its Android and iOS clients are exchanged with an empty `redirect_uri`, those of its web client
 * with `postmessage`; a client that used an address of its own says so in `redirectUri`.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect
 */
export const google = openIdProvider({
  type: 'oauth2-google',
  issuerOf: ({ config }, entry) => findSetting(entry, 'issuer') ?? config.googleIssuer,
  aliasesOf: issuer => [issuer.replace(/^https?:\/\//, '')],
  secretOf: (deps, place) => findSecret(deps, place, 'clientSecret'),
  scopesOf,
  identityIdOf: (_issuer, sub) => sub,
  takesMetadata,
  codeRedirects: ['', 'postmessage'],
  takesBoth: false,
  isPosted: false,
})
