import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { OneTimeToken } from '../../security/one-time-tokens.ts'
import { checkPassword, emailPasswordConfig } from './account.ts'
import { endSessionsAfterReset } from './end-sessions.ts'
import { readToken } from './token-letter.ts'

/**
 * Sets a new password with the token of a letter or of the reset function. A token works once. The address counts as
 * confirmed from then on. Our choice: all sessions of the user end, unless the app has it otherwise, so that who knew
 * the old password is out. When no letter to the address was answered before, API keys and other identities of the user
 * go with the sessions: whoever registered it did not show that it is theirs.
 *
 * @throws `tokenUnreadable`, `tokenExpired`, `passwordLength`, `providerNotFound`, `overloaded`
 */
export const reset = async (
  deps: Deps,
  app: App,
  { password, ...token }: OneTimeToken & { readonly password: string },
): Promise<void> => {
  const { store, passwords } = deps
  emailPasswordConfig(app)
  const proof = readToken(deps, app, { ...token, purpose: 'reset' })
  checkPassword(password)
  const known = await store.passwords.findByToken(proof)
  if (!known) throw new AppError('tokenExpired')

  const endSessions = app.endSessionsOnPasswordChange
  const dropOthers = endSessions && known.isProven !== true
  const change = { hash: await passwords.hash(password), endSessions, dropOthers }
  const account = await store.passwords.consumeToReset(proof, change)
  if (!account) throw new AppError('tokenExpired')
  if (endSessions) await endSessionsAfterReset(deps, account)
}
