import type { AuthProvider } from '../../domain/app.ts'
import { openIdProvider } from './open-id.ts'
import { findSecret, readSetting } from './settings.ts'

const standard = ['openid', 'email', 'profile']

const scopesOf = ({ config }: AuthProvider): readonly string[] => {
  const { scopes } = config
  const given = typeof scopes === 'string' ? scopes.split(/[\s,]+/) : scopes
  if (!Array.isArray(given)) return standard
  const named = given.filter(scope => typeof scope === 'string' && scope !== '')
  return named.includes('openid') ? named : ['openid', ...named]
}

/**
 * Any OpenID provider, by the address of its issuer. Identities carry the issuer, so that nobody takes over an
 * account when the app changes to an issuer that calls somebody else by the same `sub`.
 */
export const oidc = openIdProvider({
  type: 'oauth2-oidc',
  issuerOf: (_deps, entry) => readSetting(entry, 'issuer'),
  aliasesOf: () => [],
  secretOf: (deps, place) => findSecret(deps, place, 'clientSecret'),
  scopesOf,
  identityIdOf: (issuer, sub) => `${issuer}|${sub}`,
  takesMetadata: () => true,
  codeRedirects: [undefined],
  takesBoth: false,
  isPosted: false,
})
