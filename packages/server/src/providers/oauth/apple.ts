import type { Deps } from '../../deps.ts'
import type { AppProvider } from './app-provider.ts'
import { appleClientSecret } from './apple-client-secret.ts'
import type { KeptToken } from './open-id.ts'
import { openIdProvider } from './open-id.ts'
import { tokenPlace } from './revoke.ts'
import { findSetting, readSetting, wantsField } from './settings.ts'

const keepToken = async (
  { store, secrets, newId, now }: Deps,
  { app, entry }: AppProvider,
  { userId, identityId, refreshToken }: KeptToken,
): Promise<void> => {
  const id = newId()
  await store.providerTokens.put({
    id,
    appId: app.id,
    userId,
    providerType: entry.type,
    identityId,
    clientId: readSetting(entry, 'clientId'),
    sealed: secrets.seal(Buffer.from(refreshToken, 'utf8'), tokenPlace(id)),
  })
  const user = await store.users.findById(userId)
  const isLinked = user?.identities.some(
    identity => identity.providerType === entry.type && identity.id === identityId,
  )
  if (user && !user.deleting && isLinked) return
  const identity = { providerType: entry.type, id: identityId }
  await store.providerTokens.markUnwanted({ userId, identity }, now())
}

/**
 * Apple. Its page posts its answer. The refresh token for a code is kept, because Apple wants it revoked when the
 * account is deleted or the identity unlinked: who does that marks the tokens after marking the user, here the token
 * is written first and the user looked at second, so one sees the other.
 *
 * @see https://developer.apple.com/documentation/signinwithapple
 */
export const apple = openIdProvider({
  type: 'oauth2-apple',
  issuerOf: ({ config }, entry) => findSetting(entry, 'issuer') ?? config.appleIssuer,
  aliasesOf: () => [],
  secretOf: (deps, place) => appleClientSecret(deps, place, readSetting(place.entry, 'clientId')),
  scopesOf: entry => [
    'openid',
    ...(wantsField(entry, 'email') || entry.domainRestrictions.length > 0 ? ['email'] : []),
  ],
  identityIdOf: (_issuer, sub) => sub,
  takesMetadata: () => true,
  codeRedirects: [undefined],
  takesBoth: true,
  isPosted: true,
  keepToken,
})
