import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { User } from '../domain/user.ts'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'
import { moveEvents } from '../triggers/move-events.ts'
import { wantedEvents } from '../triggers/wanted-events.ts'
import { findLiveSession } from './live-session.ts'

/**
 * Removes what belongs to a user who is marked as being deleted: sessions, API keys, passwords, claims, devices, last
 * the user. May be cut off anywhere and begun again; the mark stays until nothing else is left. Events of the user that
 * no trigger was told of yet move to the outbox first.
 */
export const finishDelete = async (deps: Deps, userId: string): Promise<void> => {
  const { store, now } = deps
  await store.sessions.removeByUser(userId)
  await store.apiKeys.removeByUser(userId)
  const claims = await store.identities.listByUser(userId)
  for (const claim of claims) {
    if (claim.providerType === 'local-userpass') await store.passwords.removeByIdentity(claim.id)
  }
  for (const claim of claims) await store.identities.remove(claim)
  await store.devices.removeByUser(userId)
  await store.providerTokens.markUnwanted({ userId }, now())
  if (await store.users.remove(userId)) return
  await moveEvents(deps, userId)
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
  const events = wantedEvents(deps, app, [{ type: 'DELETE', providers, at: deps.now() }])
  await deps.store.users.markDeleting(userId, events)
  await finishDelete(deps, userId)
}

const dayMs = 24 * 60 * 60 * 1000

/** True for a user who can log in again: nobody comes back as an anonymous user, and a key asks for nothing. */
const canReturn = ({ identities }: User): boolean =>
  identities.some(({ providerType }) => providerType !== 'anon-user' && providerType !== 'api-key')

/** From the first write on the user can do nothing but log in, and the sessions that a crash leaves are good for nothing. */
const leave = async ({ store, now }: Deps, { id }: User, graceDays: number): Promise<void> => {
  const at = now()
  await store.users.markLeaving(id, at + graceDays * dayMs)
  await store.sessions.removeByUser(id, { until: at })
}

/**
 * A user's own end: at once or, where the app has a grace period, after it, unless the user logs in before. Our choice:
 * it takes a session that is still alive, not just an access token.
 *
 * @throws `sessionInvalid` when the user is gone, disabled, being deleted or to be deleted; `refreshTokenUnknown` when
 * the session has ended
 */
export const deleteAccount = async (deps: Deps, claims: AccessClaims): Promise<void> => {
  const { user } = await findLiveSession(deps, claims)
  const { app } = claims
  const { deletionGraceDays = 0 } = app
  if (deletionGraceDays > 0 && canReturn(user)) return leave(deps, user, deletionGraceDays)
  await deleteUser(deps, app, user.id)
}

/** Begins the deletion of users whose grace period is over. Answers how many there were, `most` at most. */
export const deleteLeft = async (deps: Deps, app: App, most: number): Promise<number> => {
  const { store, now, activity } = deps
  const at = now()
  const walk = { by: 'deletes', until: at + 1 } as const
  const { found } = await store.users.walk(app.id, walk, { limit: most })
  for (const { user } of found) {
    const providers = user.identities.map(({ providerType }) => providerType)
    const events = wantedEvents(deps, app, [{ type: 'DELETE', providers, at }])
    await store.users.markLeft(user.id, at, events)
    activity.note({ type: 'AUTH', event: 'delete_after_grace', appId: app.id, userId: user.id })
  }
  return found.length
}
