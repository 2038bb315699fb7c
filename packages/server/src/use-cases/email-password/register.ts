import type { Deps } from '../../deps.ts'
import type { App, EmailPasswordConfig } from '../../domain/app.ts'
import { canonicalEmail, isAccountName, isMailAddress } from '../../domain/email.ts'
import type { KeptToken, PasswordAccount } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import { checkPassword, emailPasswordConfig } from './account.ts'
import { makeToken, sendLetter } from './token-letter.ts'

/** Who registers. */
export type Registration = { readonly email: string; readonly password: string }

const newAccount = async (
  { passwords, newId, now }: Deps,
  app: App,
  { email, password, tokens }: Registration & { readonly tokens: readonly KeptToken[] },
): Promise<PasswordAccount> => ({
  appId: app.id,
  key: canonicalEmail(email),
  email,
  identityId: newId(),
  hash: await passwords.hash(password),
  version: 1,
  state: tokens.length === 0 ? 'confirmed' : 'pending',
  tokens,
  createdAt: now(),
})

const isGoodEmail = ({ autoConfirm }: EmailPasswordConfig, email: string): boolean =>
  autoConfirm ? isAccountName(email) : isMailAddress(email)

/**
 * Registers an e-mail address. Confirmed at once, or pending until the letter's link is followed, as the app is
 * configured. Of two registrations of one address at once one succeeds; one that fails leaves nothing.
 *
 * @throws `emailInvalid`, `passwordLength`, `nameInUse`, `mailFailed`, `providerNotFound`, `overloaded`
 */
export const register = async (
  deps: Deps,
  app: App,
  { email, password }: Registration,
): Promise<void> => {
  const { store } = deps
  const config = emailPasswordConfig(app)
  if (!isGoodEmail(config, email)) throw new AppError('emailInvalid')
  checkPassword(password)
  if (await store.passwords.find(app.id, canonicalEmail(email))) throw new AppError('nameInUse')

  const made = config.autoConfirm ? undefined : makeToken(deps, 'confirm')
  const account = await newAccount(deps, app, {
    email,
    password,
    tokens: made ? [made.kept] : [],
  })
  if (!(await store.passwords.insert(account))) throw new AppError('nameInUse')
  if (!made) return
  try {
    await sendLetter(deps, app, { account, token: made.token, purpose: 'confirm' })
  } catch (error) {
    await store.passwords.removeByIdentity(account.identityId)
    throw error
  }
}
