import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { checkPassword, emailPasswordConfig, findAccountOfUser } from '../email-password/account.ts'
import { endSessionsAfterReset } from '../email-password/end-sessions.ts'
import { makeToken, sendLetter } from '../email-password/token-letter.ts'

/**
 * Sets the user's password, which ends all sessions; without one, sends the letter in which the user chooses it. That
 * letter does not count among those that anybody may ask for.
 *
 * @throws `noPassword` when the user has no account of e-mail and password, `passwordLength`, `fieldInvalid`,
 * `providerNotFound`, `mailFailed`, `resetByFunction` where the app does not reset by letter, `overloaded`
 */
export const resetPassword = async (
  deps: Deps,
  app: App,
  { user, password }: { readonly user: User; readonly password: string | undefined },
): Promise<void> => {
  const { store, passwords } = deps
  const config = emailPasswordConfig(app)
  const account = await findAccountOfUser(deps, user)
  if (!account) throw new AppError('noPassword')
  if (password !== undefined) {
    checkPassword(password)
    const change = { hash: await passwords.hash(password), endSessions: true }
    const changed = await store.passwords.changePassword(account, change)
    if (!changed) throw new AppError('noPassword')
    return endSessionsAfterReset(deps, changed)
  }
  if (config.resetFunctionName !== undefined) throw new AppError('resetByFunction')
  const { token, kept } = makeToken(deps, 'reset')
  await store.passwords.addToken(account, kept)
  await sendLetter(deps, app, { account, token, purpose: 'reset' })
}
