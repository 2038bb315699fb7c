import type { Deps } from '../../deps.ts'
import type { DueToken } from '../../store/provider-tokens.ts'
import type { AppProvider } from './app-provider.ts'
import { appleClientSecret } from './apple-client-secret.ts'
import { findSetting } from './settings.ts'
import { errorName, postAsClient } from './token-endpoint.ts'
import { ProviderTrouble } from './trouble.ts'

/** Where a kept token of a provider is sealed for. */
export const tokenPlace = (id: string): string => `provider-tokens/${id}`

/**
 * Tells Apple that the user is gone. Revoking what was revoked already succeeds.
 *
 * @throws ProviderTrouble, OutboundError, OpenIdProviderError when it has to be tried again
 * @see RFC 7009; https://developer.apple.com/documentation/signinwithapplerestapi/revoke-tokens
 */
export const revokeAppleToken = async (
  deps: Deps,
  place: AppProvider,
  { id, clientId, sealed }: DueToken,
): Promise<void> => {
  const issuer = findSetting(place.entry, 'issuer') ?? deps.config.appleIssuer
  const provider = await deps.openIdProviders.find(issuer)
  if (provider.revocationEndpoint === undefined)
    throw new ProviderTrouble('the provider names no address for revoking')
  const secret = await appleClientSecret(deps, place, clientId)
  const answer = await postAsClient(deps, provider, {
    url: provider.revocationEndpoint,
    client: { id: clientId, secret },
    form: {
      token: Buffer.from(deps.secrets.open(sealed, tokenPlace(id))).toString('utf8'),
      token_type_hint: 'refresh_token',
    },
  })
  if (answer.status !== 200)
    throw new ProviderTrouble(`revoking answers ${answer.status}, ${errorName(answer)}`)
}
