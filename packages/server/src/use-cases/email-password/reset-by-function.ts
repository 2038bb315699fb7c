import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import type { FunctionRequest } from '../../functions/call.ts'
import type { OneTimeToken } from '../../security/one-time-tokens.ts'
import { checkPassword, emailPasswordConfig, getAccount } from './account.ts'
import { endSessionsAfterReset } from './end-sessions.ts'
import { askToDecide } from './run-function.ts'
import { addNewToken } from './token-letter.ts'

/** What a client gives to the app's reset function. */
export type FunctionReset = {
  readonly email: string
  readonly password: string
  /** BSON values, given to the function behind its own argument. */
  readonly arguments?: readonly unknown[] | undefined
  readonly request?: FunctionRequest | undefined
}

type Asked = FunctionReset & {
  readonly name: string
  readonly account: PasswordAccount
  readonly token: OneTimeToken
}

const ask = async (
  deps: Deps,
  app: App,
  { name, account, token, password, arguments: args = [], request }: Asked,
): ReturnType<typeof askToDecide> => {
  const currentPasswordValid = await deps.passwords.verify(account.hash, password)
  const about = { ...token, username: account.email, password, currentPasswordValid }
  return askToDecide(deps, app, { name, args: [about, ...args], request })
}

/**
 * Runs the app's reset function, which anybody may ask for. Its `success` sets the password at once, its `pending`
 * leaves everything as it is until a reset with the token it was given.
 *
 * @throws `userNotFound`, `resetByMail`, `passwordLength`, `fieldInvalid`, `resetFailed`, `tooManyRequests`,
 * `overloaded`, `providerNotFound`
 */
export const resetByFunction = async (
  deps: Deps,
  app: App,
  reset: FunctionReset,
): Promise<void> => {
  const { store, passwords } = deps
  const name = emailPasswordConfig(app).resetFunctionName
  const account = await getAccount(deps, app, reset.email)
  if (name === undefined) throw new AppError('resetByMail')
  checkPassword(reset.password)
  const token = await addNewToken(deps, app, { account, purpose: 'reset' })
  const drop = (): Promise<void> => store.passwords.dropToken(account, token.tokenId)
  const decision = await ask(deps, app, { ...reset, name, account, token }).catch(async error => {
    await drop()
    throw error
  })
  if (decision === 'pending') return
  if (decision !== 'success') {
    await drop()
    throw new AppError('resetFailed', { email: account.email })
  }
  const hash = await passwords.hash(reset.password)
  const endSessions = app.endSessionsOnPasswordChange
  const changed = await store.passwords.changePassword(account, { hash, endSessions })
  if (!changed) throw new AppError('userNotFound')
  if (endSessions) await endSessionsAfterReset(deps, changed)
}
