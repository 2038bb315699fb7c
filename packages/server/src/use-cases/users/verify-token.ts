import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { profileData } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { parseJwt } from '../../security/jwt.ts'
import type { AccessClaims } from '../../security/tokens.ts'

/** What a good access token of the app says; `undefined` for one that has expired. */
export type VerifiedToken = {
  readonly claims: Readonly<Record<string, unknown>>
  /** The user's profile now; empty when the user is gone. */
  readonly data: Readonly<Record<string, unknown>>
}

const readAccess = async (
  { tokens }: Deps,
  token: string,
  app: App,
): Promise<AccessClaims | undefined> => {
  try {
    return await tokens.readAccess(token)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.refusal === 'accessTokenExpired') return undefined
    const claims = parseJwt(token)?.claims
    const isOfApp = claims?.typ === 'access' && claims.baas_domain_id === app.id
    throw isOfApp ? new AppError('tokenSignatureInvalid', {}, { cause: error }) : error
  }
}

/**
 * Looks at an access token as another server would, that knows the app's keys: whether its session has ended does not
 * count.
 *
 * @throws `sessionInvalid` for what is no access token, `tokenSignatureInvalid` for one that the app's keys did not sign
 * @see realm-core `test/object-store/sync/app.cpp` (`verify_access_token`)
 */
export const verifyToken = async (
  deps: Deps,
  app: App,
  token: string,
): Promise<VerifiedToken | undefined> => {
  const access = await readAccess(deps, token, app)
  const claims = parseJwt(token)?.claims
  if (!claims || claims.baas_domain_id !== app.id) throw new AppError('tokenSignatureInvalid')
  if (!access) return undefined
  const user = await deps.store.users.findById(access.userId)
  return { claims, data: user ? profileData(user) : {} }
}
