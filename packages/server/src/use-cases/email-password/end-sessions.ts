import type { Deps } from '../../deps.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { Identity, User } from '../../domain/user.ts'
import { finishKey } from '../api-keys/end-key.ts'
import { finishUnlink } from '../finish-unlink.ts'
import { findAccountClaim } from './account.ts'

const unlink = async (deps: Deps, { id: userId }: User, identity: Identity): Promise<void> => {
  const { users } = deps.store
  const { providerType, id } = identity
  const note = { providerType, id, at: deps.now(), keptSessionId: undefined }
  await users.markUnlinking(userId, note)
  const user = await users.findById(userId)
  if (user) await finishUnlink(deps, user)
}

/**
 * Takes off the user what somebody may have added who did not read the address's mail: API keys, and every identity
 * but this address and an anonymous one, with which nobody can come back.
 */
const dropOthers = async (
  deps: Deps,
  userId: string,
  { identityId }: PasswordAccount,
): Promise<void> => {
  const { users, apiKeys } = deps.store
  for (const key of await apiKeys.listByOwner(userId)) {
    if (await apiKeys.markDeleting(key.id)) await finishKey(deps, { ...key, deleting: true })
  }
  const user = await users.findById(userId)
  if (!user) return
  await finishUnlink(deps, user)
  const others = user.identities.filter(
    ({ providerType, id }) =>
      id !== identityId && providerType !== 'anon-user' && providerType !== 'api-key',
  )
  for (const identity of others) await unlink(deps, user, identity)
}

/**
 * Ends all sessions of the account's user, and what else the reset noted, then takes the notes off the account. A crash
 * in between leaves them, and the sweep does it again.
 */
export const endSessionsAfterReset = async (
  deps: Deps,
  account: PasswordAccount,
): Promise<void> => {
  const { sessions, passwords } = deps.store
  const claim = await findAccountClaim(deps, account)
  if (claim) await sessions.removeByUser(claim.userId)
  if (claim && account.dropOthers) await dropOthers(deps, claim.userId, account)
  await passwords.sessionsEnded(account)
}
