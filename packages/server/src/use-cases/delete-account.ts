import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'
import { findLiveSession } from './live-session.ts'

/**
 * Removes what belongs to a user who is marked as being deleted: sessions, passwords, claims, devices, last the
 * user. May be cut off anywhere and begun again; the mark stays until nothing else is left.
 */
export const finishDelete = async ({ store }: Deps, userId: string): Promise<void> => {
  await store.sessions.removeByUser(userId)
  const claims = await store.identities.listByUser(userId)
  for (const claim of claims) {
    if (claim.providerType === 'local-userpass') await store.passwords.removeByIdentity(claim.id)
  }
  for (const claim of claims) await store.identities.remove(claim)
  await store.devices.removeByUser(userId)
  await store.users.remove(userId)
}

/**
 * Deletes a user of the app: from the first write on the user can do nothing.
 *
 * @throws `userNotFound`
 */
export const deleteUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  const user = await deps.store.users.findById(userId)
  if (user?.appId !== app.id) throw new AppError('userNotFound')
  const providers = user.identities.map(identity => identity.providerType)
  await deps.store.users.markDeleting(userId, { type: 'DELETE', providers, at: deps.now() })
  await finishDelete(deps, userId)
}

/**
 * A user's own end. Our choice: it takes a session that is still alive, not just an access token.
 *
 * @throws `sessionInvalid` when the user is gone, disabled or being deleted; `refreshTokenUnknown` when the session
 * has ended
 */
export const deleteAccount = async (deps: Deps, claims: AccessClaims): Promise<void> => {
  const { user } = await findLiveSession(deps, claims)
  await deleteUser(deps, claims.app, user.id)
}
