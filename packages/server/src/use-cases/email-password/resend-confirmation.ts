import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { emailPasswordConfig, getAccount } from './account.ts'
import { confirmationFunction } from './confirm-by-function.ts'
import { sendNewToken } from './token-letter.ts'

/**
 * Sends the confirmation letter once more. That an address is unknown or confirmed is told to anybody, as the
 * original did: shipped apps show it.
 *
 * @throws `userNotFound`, `alreadyConfirmed`, `confirmationByFunction`, `mailFailed`, `tooManyRequests`,
 * `providerNotFound`
 */
export const resendConfirmation = async (
  deps: Deps,
  app: App,
  { email }: { readonly email: string },
): Promise<void> => {
  const config = emailPasswordConfig(app)
  const account = await getAccount(deps, app, email)
  if (account.state === 'confirmed') throw new AppError('alreadyConfirmed')
  if (confirmationFunction(config) !== undefined) {
    throw new AppError('confirmationByFunction', { email })
  }
  await sendNewToken(deps, app, { account, purpose: 'confirm' })
}
