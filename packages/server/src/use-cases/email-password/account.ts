import type { Deps } from '../../deps.ts'
import type { App, EmailPasswordConfig } from '../../domain/app.ts'
import { isAccountName } from '../../domain/email.ts'
import { isPasswordLength, type PasswordAccount } from '../../domain/password.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { findAccountByEmail } from '../../store/accounts/find-by-email.ts'
import type { IdentityClaim } from '../../store/identities.ts'
import { findAuthProvider } from '../find-auth-provider.ts'

/**
 * The app's config of e-mail and password, checked when it was deployed.
 *
 * @throws `providerNotFound`
 */
export const emailPasswordConfig = (app: App): EmailPasswordConfig =>
  findAuthProvider(app, 'local-userpass').config as unknown as EmailPasswordConfig

/** @throws `userNotFound` */
export const getAccount = async (
  { store }: Deps,
  app: App,
  email: string,
): Promise<PasswordAccount> => {
  const account = isAccountName(email) ? await findAccountByEmail(store, app.id, email) : undefined
  if (!account) throw new AppError('userNotFound')
  return account
}

/** The account with which the user logs in; `undefined` when there is no identity of e-mail and password. */
export const findAccountOfUser = async (
  { store }: Deps,
  { identities }: User,
): Promise<PasswordAccount | undefined> => {
  const identity = identities.find(({ providerType }) => providerType === 'local-userpass')
  return identity && store.passwords.findByIdentity(identity.id)
}

/** The claim on the account's identity, which names its user; `undefined` until the first log-in. */
export const findAccountClaim = (
  { store }: Deps,
  { appId, identityId }: PasswordAccount,
): Promise<IdentityClaim | undefined> =>
  store.identities.find({ appId, providerType: 'local-userpass', id: identityId })

/**
 * What every new password must be, looked at before any work is done with it.
 *
 * @throws `passwordLength`; `fieldInvalid` for half a surrogate pair, which no client types and which would be
 * hashed like any other broken text
 */
export const checkPassword = (password: string): void => {
  if (!isPasswordLength(password)) throw new AppError('passwordLength')
  if (!password.isWellFormed()) {
    throw new AppError('fieldInvalid', { detail: "'password' is not valid text" })
  }
}
