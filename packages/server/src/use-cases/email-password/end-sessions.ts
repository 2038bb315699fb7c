import type { Deps } from '../../deps.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { findAccountClaim } from './account.ts'

/**
 * Ends all sessions of the account's user, then takes the note off the account that they must end. A crash in
 * between leaves the note, and the sweep does it again.
 */
export const endSessionsAfterReset = async (
  deps: Deps,
  account: PasswordAccount,
): Promise<void> => {
  const { sessions, passwords } = deps.store
  const claim = await findAccountClaim(deps, account)
  if (claim) await sessions.removeByUser(claim.userId)
  await passwords.sessionsEnded(account)
}
