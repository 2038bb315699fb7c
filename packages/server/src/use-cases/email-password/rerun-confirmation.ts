import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { emailPasswordConfig, getAccount } from './account.ts'

/**
 * Runs the app's confirmation function again. No app has one yet, so this says why there is nothing to run,
 * in the original's order: the automatic mode first, then whether there is such a user.
 *
 * @throws `confirmationAutomatic`, `userNotFound`, `alreadyConfirmed`, `confirmationByMail`, `providerNotFound`
 */
export const rerunConfirmation = async (
  deps: Deps,
  app: App,
  { email }: { readonly email: string },
): Promise<never> => {
  if (emailPasswordConfig(app).autoConfirm) throw new AppError('confirmationAutomatic', { email })
  const account = await getAccount(deps, app, email)
  throw account.state === 'confirmed'
    ? new AppError('alreadyConfirmed')
    : new AppError('confirmationByMail', { email })
}
