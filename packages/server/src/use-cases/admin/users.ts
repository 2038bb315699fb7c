import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { findAccountByEmail } from '../../store/accounts/find-by-email.ts'
import { deleteUser } from '../delete-account.ts'
import { findAccountClaim } from '../email-password/account.ts'

/** @throws `userNotFound`, also for a user who is being deleted */
export const getUser = async ({ store }: Deps, app: App, userId: string): Promise<User> => {
  const user = isId(userId) ? await store.users.findById(userId) : undefined
  if (user?.appId !== app.id || user.deleting) throw new AppError('userNotFound')
  return user
}

/** The first of the users whose provider tells that e-mail address. */
const findByKnownEmail = async (
  { store }: Deps,
  app: App,
  email: string,
): Promise<User | undefined> => {
  const { found } = await store.users.walk(app.id, { by: 'email', prefix: email }, { limit: 1 })
  const [first] = found
  return first?.position.value === email ? first.user : undefined
}

/**
 * The user who logs in with that e-mail address and a password, else the first who is known by it; `undefined` also when
 * nobody logged in with it yet.
 */
export const findUserByEmail = async (
  deps: Deps,
  app: App,
  email: string,
): Promise<User | undefined> => {
  const { users } = deps.store
  const key = isAccountName(email) ? canonicalEmail(email) : undefined
  const account =
    key === undefined ? undefined : await findAccountByEmail(deps.store, app.id, email)
  const claim = account && (await findAccountClaim(deps, account))
  const user = claim && (await users.findById(claim.userId))
  if (user && !user.deleting) return user
  return key === undefined ? undefined : findByKnownEmail(deps, app, key)
}

/**
 * Keeps the user out: no log-in, no refresh, all sessions ended. Access tokens end within 30 minutes.
 *
 * @throws `userNotFound`
 */
export const disableUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  const user = await getUser(deps, app, userId)
  await deps.store.users.setDisabled(user.id, true)
  await deps.store.sessions.removeByUser(user.id)
}

/** @throws `userNotFound` */
export const enableUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  const { id, disabled } = await getUser(deps, app, userId)
  if (disabled) await deps.store.sessions.removeByUser(id)
  await deps.store.users.setDisabled(id, false)
}

/**
 * Takes back that the user, who asked for it, is to be deleted. The user has to log in again.
 *
 * @throws `userNotFound`, `notLeaving`
 */
export const restoreUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  const { id, deletesAt } = await getUser(deps, app, userId)
  if (deletesAt === undefined) throw new AppError('notLeaving')
  await deps.store.sessions.removeByUser(id)
  await deps.store.users.restore(id)
}

/**
 * Ends all sessions of the user. Access tokens end within 30 minutes.
 *
 * @throws `userNotFound`
 */
export const logOutUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  const user = await getUser(deps, app, userId)
  await deps.store.sessions.removeByUser(user.id)
}

/**
 * Ends one session of the user.
 *
 * @throws `userNotFound`, `sessionNotFound`
 */
export const endUserSession = async (
  deps: Deps,
  app: App,
  { userId, sessionId }: { readonly userId: string; readonly sessionId: string },
): Promise<void> => {
  const { id } = await getUser(deps, app, userId)
  const { sessions } = deps.store
  const session = isId(sessionId) ? await sessions.findById(sessionId) : undefined
  if (session?.userId !== id || !(await sessions.remove(session.id))) {
    throw new AppError('sessionNotFound')
  }
}

/** Deletes the user at once, whatever grace period the app has. @throws `userNotFound` */
export const removeUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  if (!isId(userId)) throw new AppError('userNotFound')
  await deleteUser(deps, app, userId)
}
