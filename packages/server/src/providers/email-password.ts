import { emailPasswordPayload } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { canonicalEmail, isAccountName } from '../domain/email.ts'
import type { PasswordAccount } from '../domain/password.ts'
import { isPasswordLength } from '../domain/password.ts'
import { AppError, readShape } from '../errors.ts'
import type { ProvenIdentity, Provider } from './provider.ts'

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

/**
 * E-mail address and password. An unknown address costs as much time as a wrong password and gets the same
 * answer; what cannot be a password of anybody is refused before it costs anything.
 */
const identify = async (deps: Deps, app: App, payload: unknown): Promise<ProvenIdentity> => {
  const { username, password } = readShape(emailPasswordPayload, payload)
  if (!isAccountName(username) || !isPasswordLength(password) || !password.isWellFormed()) {
    throw new AppError('invalidPassword')
  }
  const account = await deps.store.passwords.find(app.id, canonicalEmail(username))
  if (!(await deps.passwords.verify(account?.hash, password)) || !account) {
    throw new AppError('invalidPassword')
  }
  if (account.state === 'pending') throw new AppError('userNotConfirmed')
  return proven(deps, account, password)
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
  identify: (deps, app, { payload }) => identify(deps, app, payload),
}
