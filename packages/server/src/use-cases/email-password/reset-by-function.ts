import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { emailPasswordConfig, getAccount } from './account.ts'

/** What a client gives to the app's reset function. */
export type FunctionReset = {
  readonly email: string
  readonly password: string
  readonly arguments?: readonly unknown[] | undefined
}

/**
 * Runs the app's reset function. No app has one yet, so this says how a password is reset instead.
 *
 * @throws `userNotFound`, `resetByMail`, `providerNotFound`
 */
export const resetByFunction = async (
  deps: Deps,
  app: App,
  { email }: FunctionReset,
): Promise<never> => {
  emailPasswordConfig(app)
  await getAccount(deps, app, email)
  throw new AppError('resetByMail')
}
