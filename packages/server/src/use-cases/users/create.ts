import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import type { IdentityClaim } from '../../store/identities.ts'
import { wantedEvents } from '../../triggers/wanted-events.ts'
import { admitNewUser } from '../admit-new-user.ts'
import { checkPassword, emailPasswordConfig } from '../email-password/account.ts'
import { findAuthProvider } from '../find-auth-provider.ts'

const newAccount = async (
  { passwords, newId, now }: Deps,
  app: App,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<PasswordAccount> => ({
  appId: app.id,
  key: canonicalEmail(email),
  email,
  identityId: newId(),
  hash: await passwords.hash(password),
  version: 1,
  state: 'confirmed',
  tokens: [],
  createdAt: now(),
})

const newUser = ({ newId, now }: Deps, app: App, { identityId, email }: PasswordAccount): User => {
  const at = now()
  const { id: providerId } = findAuthProvider(app, 'local-userpass')
  const identity = { id: identityId, providerType: 'local-userpass', providerId } as const
  return {
    id: newId(),
    appId: app.id,
    type: 'normal',
    identities: [{ ...identity, data: { email }, linkedAt: at }],
    disabled: false,
    deleting: false,
    createdAt: at,
    lastLoginAt: at,
    lastSeenAt: at,
  }
}

/**
 * Makes a user with e-mail and password who is confirmed, and there at once. The app's own code is asked first, where it
 * decides about new users. A crash in between leaves an account whose first log-in makes the user.
 *
 * @throws `emailInvalid`, `passwordLength`, `fieldInvalid`, `nameInUse`, `providerNotFound`, `userCreationRefused`,
 * `overloaded`
 */
export const createUser = async (
  deps: Deps,
  app: App,
  given: { readonly email: string; readonly password: string },
): Promise<User> => {
  const { store } = deps
  emailPasswordConfig(app)
  if (!isAccountName(given.email)) throw new AppError('emailInvalid')
  checkPassword(given.password)
  const key = canonicalEmail(given.email)
  if (await store.passwords.find(app.id, key)) throw new AppError('nameInUse')
  const account = await newAccount(deps, app, given)
  const user = newUser(deps, app, account)
  await admitNewUser(deps, app, user)
  const claim: IdentityClaim = {
    appId: app.id,
    providerType: 'local-userpass',
    id: account.identityId,
    userId: user.id,
    linked: false,
  }
  await store.identities.insert(claim)
  if (!(await store.passwords.insert(account))) {
    await store.identities.remove(claim)
    throw new AppError('nameInUse')
  }
  const event = { type: 'CREATE', providers: ['local-userpass'], at: user.createdAt } as const
  await Promise.all([
    store.users.insert(user, wantedEvents(deps, app, [event])),
    store.passwords.markUsed(account.identityId),
  ])
  return user
}
