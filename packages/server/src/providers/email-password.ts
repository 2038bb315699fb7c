import { emailPasswordPayload } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { canonicalEmail, isAccountName } from '../domain/email.ts'
import { isPasswordLength, noHash, type PasswordAccount } from '../domain/password.ts'
import { AppError, readShape } from '../errors.ts'
import { findAccountByEmail } from '../store/accounts/find-by-email.ts'
import { moveAtLogIn } from './migration.ts'
import type { Attempt, ProvenIdentity, Provider } from './provider.ts'

const proven = (
  { store, passwords }: Deps,
  account: PasswordAccount,
  password: string,
): ProvenIdentity => ({
  id: account.identityId,
  data: { email: account.email },
  stillHolds: async () => {
    const now = await store.passwords.find(account.appId, account.key)
    return now?.identityId === account.identityId && now.version === account.version
  },
  afterLogIn: async () => {
    if (!passwords.isOutdated(account.hash)) return
    await store.passwords.replaceHash(account, await passwords.hash(password))
  },
})

const whyNot = (account: PasswordAccount | undefined): string => {
  if (account === undefined) return 'nobody has this e-mail address'
  return account.hash === noHash ? 'no password is set yet' : 'wrong password'
}

type LogIn = { readonly username: string; readonly password: string; readonly attempt: Attempt }

/** @throws `invalidPassword`, `userNotConfirmed`, `overloaded` */
const checkPassword = async (
  deps: Deps,
  app: App,
  { username, password, attempt }: LogIn,
): Promise<ProvenIdentity> => {
  const account = await findAccountByEmail(deps.store, app.id, username)
  if ((await deps.passwords.verify(account?.hash, password)) && account) {
    if (account.state === 'pending')
      throw new AppError('userNotConfirmed', {}, { reason: 'not confirmed yet' })
    return proven(deps, account, password)
  }
  const { request } = attempt
  const moved = await moveAtLogIn(deps, app, { account, username, password, request })
  if (moved) return proven(deps, moved, password)
  if (account?.hash === noHash) attempt.offerPassword?.(account)
  throw new AppError('invalidPassword', {}, { reason: whyNot(account) })
}

/** Refusals of an app that imported accounts come at the same times, whatever hash was looked at and whoever asked. */
const holdRefusal = async (deps: Deps, app: App, since: number): Promise<void> => {
  const { decoys } = await deps.store.imported.factsOf(app.id)
  if (decoys.length === 0 && !app.migration) return
  await deps.passwords.pace.hold(since, { decoys, errand: app.migration && app.id })
}

/**
 * E-mail address and password. An unknown address costs as much time as a wrong password and gets the same
 * answer; what cannot be a password of anybody is refused before it costs anything.
 */
const identify = async (deps: Deps, app: App, attempt: Attempt): Promise<ProvenIdentity> => {
  const { username, password } = readShape(emailPasswordPayload, attempt.payload)
  if (!isAccountName(username) || !isPasswordLength(password) || !password.isWellFormed()) {
    const reason = `it can be no ${isAccountName(username) ? 'password' : 'e-mail address'}`
    throw new AppError('invalidPassword', {}, { reason })
  }
  const since = performance.now()
  try {
    return await checkPassword(deps, app, { username, password, attempt })
  } catch (error) {
    const isRefused = error instanceof AppError && error.refusal === 'invalidPassword'
    if (isRefused) await holdRefusal(deps, app, since)
    throw error
  }
}

export const emailPassword: Provider = {
  type: 'local-userpass',
  canBeLinked: true,
  onePerUser: true,
  refusal: 'invalidPassword',
  accountOf: payload => {
    const { username } = readShape(emailPasswordPayload, payload)
    return isAccountName(username) ? canonicalEmail(username) : undefined
  },
  identify,
}
