import type { Deps } from '../../deps.ts'
import type { App, EmailPasswordConfig } from '../../domain/app.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import type { FunctionRequest } from '../../functions/call.ts'
import type { OneTimeToken } from '../../security/one-time-tokens.ts'
import { askToDecide } from './run-function.ts'

/** The function that confirms registrations; `undefined` where that is done at once or by mail. */
export const confirmationFunction = ({
  autoConfirm,
  confirmationFunctionName,
}: EmailPasswordConfig): string | undefined => (autoConfirm ? undefined : confirmationFunctionName)

/** A pending account with a token made for this. */
type Confirmation = {
  readonly name: string
  readonly account: PasswordAccount
  readonly token: OneTimeToken
  readonly request: FunctionRequest | undefined
  /** True when a function that decided nothing must leave nothing of the account. */
  readonly isNew: boolean
}

/**
 * Lets the app's function confirm a pending account, or leave it pending for the token. A `fail` removes the account,
 * so that the address is free again. So does a function that throws, but at the registration only: who runs it again
 * later may be anybody, and must not undo with it what somebody else registered.
 *
 * @throws `confirmationFailed`, `overloaded`
 */
export const confirmByFunction = async (
  deps: Deps,
  app: App,
  { name, account, token, request, isNew }: Confirmation,
): Promise<void> => {
  const { passwords } = deps.store
  const undo = (): Promise<void> =>
    isNew ? passwords.removePending(account) : passwords.dropToken(account, token.tokenId)
  const args = [{ ...token, username: account.email }]
  const decision = await askToDecide(deps, app, { name, args, request }).catch(async error => {
    await undo()
    throw error
  })
  if (decision === 'pending') return
  if (decision === 'success' && (await passwords.confirm(account))) return
  if (decision === 'fail') await passwords.removePending(account)
  else await undo()
  throw new AppError('confirmationFailed', { email: account.email })
}
