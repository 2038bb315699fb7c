import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { FunctionRequest } from '../../functions/call.ts'
import { emailPasswordConfig, getAccount } from './account.ts'
import { confirmationFunction, confirmByFunction } from './confirm-by-function.ts'
import { addNewToken } from './token-letter.ts'

/**
 * Runs the app's confirmation function again, with a new token. Asks in the original's order: the automatic mode first,
 * then whether there is such a user, then whether it is confirmed.
 *
 * @throws `confirmationAutomatic`, `userNotFound`, `alreadyConfirmed`, `confirmationByMail`, `confirmationFailed`,
 * `tooManyRequests`, `overloaded`, `providerNotFound`
 */
export const rerunConfirmation = async (
  deps: Deps,
  app: App,
  { email, request }: { readonly email: string; readonly request?: FunctionRequest | undefined },
): Promise<void> => {
  const config = emailPasswordConfig(app)
  if (config.autoConfirm) throw new AppError('confirmationAutomatic', { email })
  const account = await getAccount(deps, app, email)
  if (account.state === 'confirmed') throw new AppError('alreadyConfirmed')
  const name = confirmationFunction(config)
  if (name === undefined) throw new AppError('confirmationByMail', { email })
  const token = await addNewToken(deps, app, { account, purpose: 'confirm' })
  await confirmByFunction(deps, app, { name, account, token, request, isNew: false })
}
