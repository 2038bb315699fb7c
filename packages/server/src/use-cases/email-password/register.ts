import type { Deps } from '../../deps.ts'
import type { App, EmailPasswordConfig } from '../../domain/app.ts'
import { canonicalEmail, isAccountName, isMailAddress } from '../../domain/email.ts'
import type { KeptToken, PasswordAccount } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import type { FunctionRequest } from '../../functions/call.ts'
import type { OneTimeToken } from '../../security/one-time-tokens.ts'
import { findAccountByEmail } from '../../store/accounts/find-by-email.ts'
import { checkPassword, emailPasswordConfig } from './account.ts'
import { confirmationFunction, confirmByFunction } from './confirm-by-function.ts'
import { makeToken, sendLetter } from './token-letter.ts'

/** Who registers. */
export type Registration = {
  readonly email: string
  readonly password: string
  readonly request?: FunctionRequest | undefined
}

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

/** Where no letter is sent, any name is an address. */
const isGoodEmail = (config: EmailPasswordConfig, email: string): boolean =>
  config.autoConfirm || config.confirmationFunctionName !== undefined
    ? isAccountName(email)
    : isMailAddress(email)

type Pending = { readonly account: PasswordAccount; readonly token: OneTimeToken }

const sendConfirmation = async (
  deps: Deps,
  app: App,
  { account, token }: Pending,
): Promise<void> => {
  try {
    await sendLetter(deps, app, { account, token, purpose: 'confirm' })
  } catch (error) {
    await deps.store.passwords.removeByIdentity(account.identityId)
    throw error
  }
}

/**
 * Registers an e-mail address. Confirmed at once, or pending until the letter's link is followed or the app's function
 * says so, as the app is configured. Of two registrations of one address at once one succeeds; one that fails leaves
 * nothing. One that a crash cut off is pending: the function can be run again.
 *
 * @throws `emailInvalid`, `passwordLength`, `nameInUse`, `mailFailed`, `confirmationFailed`, `providerNotFound`,
 * `overloaded`
 */
export const register = async (
  deps: Deps,
  app: App,
  { email, password, request }: Registration,
): Promise<void> => {
  const { store } = deps
  const config = emailPasswordConfig(app)
  if (!isGoodEmail(config, email)) throw new AppError('emailInvalid')
  checkPassword(password)
  if (await findAccountByEmail(store, app.id, email)) throw new AppError('nameInUse')

  const made = config.autoConfirm ? undefined : makeToken(deps, 'confirm')
  const account = await newAccount(deps, app, {
    email,
    password,
    tokens: made ? [made.kept] : [],
  })
  if (!(await store.passwords.insert(account))) throw new AppError('nameInUse')
  if (!made) return
  const pending = { account, token: made.token }
  const name = confirmationFunction(config)
  if (name === undefined) await sendConfirmation(deps, app, pending)
  else await confirmByFunction(deps, app, { ...pending, name, request, isNew: true })
}
