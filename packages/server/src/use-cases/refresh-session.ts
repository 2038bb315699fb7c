import type { Deps } from '../deps.ts'
import type { Session } from '../domain/session.ts'
import { isAnonymous, type User } from '../domain/user.ts'
import { issueAccessToken } from './issue-access-token.ts'
import { findLiveSession } from './live-session.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Notes that session and user are in use, coarsely: the session by the minute, an anonymous user by the hour. */
const noteUse = async ({ store, now, log }: Deps, session: Session, user: User): Promise<void> => {
  const at = now()
  const writes = [
    ...(at - session.lastUsedAt >= minuteMs ? [store.sessions.recordUse(session.id, at)] : []),
    ...(isAnonymous(user) && at - user.lastSeenAt >= hourMs
      ? [store.users.recordSeen(user.id, at)]
      : []),
  ]
  try {
    await Promise.all(writes)
  } catch (error) {
    log.warn('the use of a session could not be noted', { err: error })
  }
}

/**
 * A new access token for the session. The refresh token stays as it is, and so does its end; any number of
 * callers may refresh at once.
 *
 * @throws `tokenTypeWrong`, `refreshTokenUnknown`; `sessionInvalid` when the user is gone, disabled or being deleted
 */
export const refreshSession = async (
  deps: Deps,
  refreshToken: string,
): Promise<{ accessToken: string }> => {
  const claims = await deps.tokens.readRefresh(refreshToken)
  const { user, session } = await findLiveSession(deps, claims)
  const [accessToken] = await Promise.all([
    issueAccessToken(deps, claims.app, session),
    noteUse(deps, session, user),
  ])
  return { accessToken }
}
