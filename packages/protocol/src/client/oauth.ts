import { z } from 'zod'

/** Tokens and codes of providers are about a kilobyte. */
const given = z.string().min(1).max(16_384).optional()

/**
 * Payload of the OpenID Connect providers, in every form that SDKs ever sent: `id_token` (realm-core, realm-web)
 * or `idToken`, `authCode` or `code`. `redirectUri`, `codeVerifier` and `nonce` are what the client asked the
 * provider with, where it has them.
 *
 * @see realm-core `app_credentials.cpp`; realm-web `Credentials.ts`
 */
export const openIdPayload = z.object({
  id_token: given,
  idToken: given,
  authCode: given,
  code: given,
  redirectUri: z.string().max(2_048).optional(),
  codeVerifier: given,
  nonce: given,
})

/** Payload of `oauth2-facebook`: `accessToken` (realm-core, realm-web) or `access_token`. */
export const facebookPayload = z.object({ accessToken: given, access_token: given })
