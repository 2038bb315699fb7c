import type { Deps } from '../deps.ts'
import type { Session } from '../domain/session.ts'
import { isAdmitted, type User } from '../domain/user.ts'
import { AppError } from '../errors.ts'

/**
 * Session and user behind a checked token, read by their ids.
 *
 * @throws `refreshTokenUnknown` when the session has ended, `sessionInvalid` when its user is gone, disabled,
 * being deleted or to be deleted
 */
export const findLiveSession = async (
  { store, now }: Deps,
  { sessionId, userId }: { readonly sessionId: string; readonly userId: string },
): Promise<{ readonly user: User; readonly session: Session }> => {
  const [session, user] = await Promise.all([
    store.sessions.findById(sessionId),
    store.users.findById(userId),
  ])
  if (session?.userId !== userId) throw new AppError('refreshTokenUnknown')
  if (session.expiresAt !== undefined && session.expiresAt <= now()) {
    throw new AppError('refreshTokenUnknown')
  }
  if (!user || !isAdmitted(user)) throw new AppError('sessionInvalid')
  return { user, session }
}
