import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { emailPasswordConfig, getAccount } from './account.ts'
import { sendNewToken } from './token-letter.ts'

/**
 * Sends the letter with which a password is reset, to the address as registered. Who never confirmed may reset,
 * too: the letter proves the address all the same.
 *
 * @throws `resetByFunction`, `userNotFound`, `mailFailed`, `tooManyRequests`, `providerNotFound`
 */
export const sendReset = async (
  deps: Deps,
  app: App,
  { email }: { readonly email: string },
): Promise<void> => {
  if (emailPasswordConfig(app).resetFunctionName !== undefined) {
    throw new AppError('resetByFunction')
  }
  const account = await getAccount(deps, app, email)
  await sendNewToken(deps, app, { account, purpose: 'reset' })
}
