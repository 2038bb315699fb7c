import type { Deps } from '../../deps.ts'
import type { OpenIdProvider } from '../../security/openid-providers.ts'
import { readObject } from './token-endpoint.ts'
import { ProviderTrouble } from './trouble.ts'

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

type Expected = {
  readonly clientId: string
  /** Other names that the provider gives itself in `iss`. */
  readonly aliases: readonly string[]
  readonly nonce: string | undefined
}

/** Longest `sub` that OpenID Connect allows. */
const longestSubject = 255

/**
 * Google's Android clients get tokens of which the server is the only audience and `azp` is the Android client: so
 * `azp` counts only where there are several audiences.
 *
 * @throws ForeignTokenError, ProviderTrouble
 * @see OpenID Connect Core 1.0, 3.1.3.7
 */
export const verifyIdToken = async (
  { foreignTokens }: Deps,
  provider: OpenIdProvider,
  { token, clientId, aliases, nonce }: Expected & { readonly token: string },
): Promise<Claims> => {
  const claims = await foreignTokens.verify(token, {
    keys: { jwksUri: provider.jwksUri },
    algorithms: provider.algorithms,
    issuers: [provider.issuer, ...aliases],
    audiences: [clientId],
    ...(nonce !== undefined && { nonce }),
  })
  if (claims.sub.length > longestSubject) throw new ProviderTrouble('sub is too long')
  const isForOthersToo = Array.isArray(claims.aud) && claims.aud.length > 1
  if (isForOthersToo && claims.azp !== clientId)
    throw new ProviderTrouble('the ID token was made for another party (azp)')
  return claims
}

/**
 * What the provider says of the user beside the ID token.
 *
 * @throws ProviderTrouble, OutboundError
 */
export const readUserInfo = async (
  { outbound }: Deps,
  { userinfoEndpoint }: OpenIdProvider,
  { accessToken, sub }: { readonly accessToken: string | undefined; readonly sub: string },
): Promise<Readonly<Record<string, unknown>>> => {
  if (userinfoEndpoint === undefined || accessToken === undefined) return {}
  const { status, body } = await outbound.send({
    url: userinfoEndpoint,
    headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
    timeoutMs: 5_000,
    maxBytes: 262_144,
    needsTls: true,
  })
  const facts = status === 200 ? readObject(body) : undefined
  if (!facts) throw new ProviderTrouble(`user info answers ${status}`, { isUnavailable: true })
  if (facts.sub !== sub) throw new ProviderTrouble('user info is of another user')
  return facts
}
