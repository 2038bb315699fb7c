import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'

/**
 * Ends the session of the refresh token. Access tokens that were issued go on until they expire.
 *
 * @throws `refreshTokenUnknown` when the session has ended already, in the words that realm-web's `logOut`
 * forgives; `tokenTypeWrong`
 */
export const logOut = async ({ store, tokens }: Deps, refreshToken: string): Promise<void> => {
  const { sessionId } = await tokens.readRefresh(refreshToken)
  if (!(await store.sessions.remove(sessionId))) throw new AppError('refreshTokenUnknown')
}
