import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { OneTimeToken } from '../../security/one-time-tokens.ts'
import { emailPasswordConfig } from './account.ts'
import { readToken } from './token-letter.ts'

/**
 * Confirms the address that the token was sent to. A token works once.
 *
 * @throws `tokenUnreadable`, `tokenExpired`, `providerNotFound`
 */
export const confirm = async (deps: Deps, app: App, token: OneTimeToken): Promise<void> => {
  emailPasswordConfig(app)
  const proof = readToken(deps, app, { ...token, purpose: 'confirm' })
  if (!(await deps.store.passwords.consumeToConfirm(proof))) throw new AppError('tokenExpired')
}
