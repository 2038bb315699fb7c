import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { isMailAddress } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import { emailPasswordConfig, findAccountClaim, getAccount } from '../email-password/account.ts'
import { confirmationFunction } from '../email-password/confirm-by-function.ts'
import { rerunConfirmation } from '../email-password/rerun-confirmation.ts'
import { makeToken, sendLetter } from '../email-password/token-letter.ts'

const isUnused = async (deps: Deps, account: PasswordAccount): Promise<boolean> => {
  const claim = await findAccountClaim(deps, account)
  return claim === undefined || (await deps.store.users.findById(claim.userId)) === undefined
}

/**
 * Registrations that are not confirmed, or with which nobody logged in yet, in the order of their ids. `after` is the
 * last id of the page before.
 *
 * @throws `fieldInvalid` when `after` is no id
 */
export const listRegistrations = async (
  deps: Deps,
  app: App,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<PasswordAccount[]> => {
  if (after !== undefined && !isId(after)) {
    throw new AppError('fieldInvalid', { detail: "'after' must be the id of a pending user" })
  }
  const found: PasswordAccount[] = []
  let last = after
  for (;;) {
    const page = await deps.store.passwords.listUnused(app.id, { after: last, limit })
    const unused = await Promise.all(page.map(account => isUnused(deps, account)))
    found.push(...page.filter((_, index) => unused[index]))
    last = page.at(-1)?.identityId
    if (found.length >= limit || page.length < limit) return found.slice(0, limit)
  }
}

const remove = async (deps: Deps, app: App, account: PasswordAccount | undefined) => {
  if (account?.appId !== app.id || !(await isUnused(deps, account))) {
    throw new AppError('userNotFound')
  }
  const isRemoved = await deps.store.passwords.removeUnused(account.identityId)
  if (!isRemoved) throw new AppError('userNotFound')
}

/** @throws `userNotFound`, also for the address of a user: that is no registration any more */
export const deleteRegistrationByEmail = async (
  deps: Deps,
  app: App,
  email: string,
): Promise<void> => remove(deps, app, await getAccount(deps, app, email))

/** @throws `userNotFound` */
export const deleteRegistrationById = async (deps: Deps, app: App, id: string): Promise<void> =>
  remove(deps, app, isId(id) ? await deps.store.passwords.findByIdentity(id) : undefined)

/** @throws `userNotFound`, `alreadyConfirmed` */
export const confirmRegistration = async (deps: Deps, app: App, email: string): Promise<void> => {
  const account = await getAccount(deps, app, email)
  if (account.state === 'confirmed') throw new AppError('alreadyConfirmed')
  if (!(await deps.store.passwords.confirm(account))) throw new AppError('userNotFound')
}

/**
 * Sends the confirmation letter once more. It does not count among those that anybody may ask for.
 *
 * @throws `userNotFound`, `alreadyConfirmed`, `confirmationByFunction`, `mailFailed`, `providerNotFound`
 */
export const sendConfirmation = async (deps: Deps, app: App, email: string): Promise<void> => {
  const config = emailPasswordConfig(app)
  const account = await getAccount(deps, app, email)
  if (account.state === 'confirmed') throw new AppError('alreadyConfirmed')
  if (confirmationFunction(config) !== undefined) {
    throw new AppError('confirmationByFunction', { email })
  }
  if (!isMailAddress(account.email)) throw new AppError('mailFailed')
  const { token, kept } = makeToken(deps, 'confirm')
  await deps.store.passwords.addToken(account, kept)
  await sendLetter(deps, app, { account, token, purpose: 'confirm' })
}

/**
 * Runs the app's confirmation function again.
 *
 * @throws `confirmationOff` where the provider is switched off, and what `rerunConfirmation` does
 */
export const runConfirmation = async (deps: Deps, app: App, email: string): Promise<void> => {
  try {
    await rerunConfirmation(deps, app, { email })
  } catch (error) {
    const isOff = error instanceof AppError && error.refusal === 'providerNotFound'
    throw isOff ? new AppError('confirmationOff', { email }, { cause: error }) : error
  }
}
