import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { OneTimeToken } from '../../security/one-time-tokens.ts'
import { checkPassword, emailPasswordConfig } from './account.ts'
import { endSessionsAfterReset } from './end-sessions.ts'
import { readToken } from './token-letter.ts'

/**
 * Sets a new password with the token of a letter. A token works once. The address counts as confirmed from
 * then on. Our choice: all sessions of the user end, so that who knew the old password is out.
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
  if (!(await store.passwords.findByToken(proof))) throw new AppError('tokenExpired')

  const account = await store.passwords.consumeToReset(proof, await passwords.hash(password))
  if (!account) throw new AppError('tokenExpired')
  await endSessionsAfterReset(deps, account)
}
