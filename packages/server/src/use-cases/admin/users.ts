import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { deleteUser } from '../delete-account.ts'
import { findAccountClaim } from '../email-password/account.ts'

export type UserPage = {
  /** Id of the last user of the page before. */
  readonly after?: string | undefined
  /** Default 50. */
  readonly limit?: number | undefined
}

/**
 * The app's users, oldest first.
 *
 * @throws `fieldInvalid` when `after` is no id
 */
export const listUsers = async (
  { store }: Deps,
  app: App,
  { after, limit = 50 }: UserPage = {},
): Promise<User[]> => {
  if (after !== undefined && !isId(after)) {
    throw new AppError('fieldInvalid', { detail: "'after' must be a user id" })
  }
  return store.users.listByApp(app.id, { after, limit })
}

/** @throws `userNotFound` */
export const getUser = async ({ store }: Deps, app: App, userId: string): Promise<User> => {
  const user = isId(userId) ? await store.users.findById(userId) : undefined
  if (user?.appId !== app.id) throw new AppError('userNotFound')
  return user
}

/** The user who logs in with that e-mail address; `undefined` also when nobody did so yet. */
export const findUserByEmail = async (
  deps: Deps,
  app: App,
  email: string,
): Promise<User | undefined> => {
  const { passwords, users } = deps.store
  const key = isAccountName(email) ? canonicalEmail(email) : undefined
  const account = key === undefined ? undefined : await passwords.find(app.id, key)
  const claim = account && (await findAccountClaim(deps, account))
  return claim && users.findById(claim.userId)
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
  const user = await getUser(deps, app, userId)
  await deps.store.users.setDisabled(user.id, false)
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

/** @throws `userNotFound` */
export const removeUser = async (deps: Deps, app: App, userId: string): Promise<void> => {
  const user = await getUser(deps, app, userId)
  await deleteUser(deps, app, user.id)
}
