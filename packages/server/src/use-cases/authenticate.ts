import type { Deps } from '../deps.ts'
import type { AccessClaims } from '../security/tokens.ts'

/**
 * Who calls. Costs no store read: an access token holds until it expires, as the original's did.
 *
 * @throws `sessionInvalid`, `accessTokenExpired`
 */
export const authenticate = ({ tokens }: Deps, accessToken: string): Promise<AccessClaims> =>
  tokens.readAccess(accessToken)
