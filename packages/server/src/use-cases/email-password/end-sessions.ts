import type { Deps } from '../../deps.ts'
import type { PasswordAccount } from '../../domain/password.ts'

/**
 * Ends all sessions of the account's user, then takes the note off the account that they must end. A crash in
 * between leaves the note, and the sweep does it again.
 */
export const endSessionsAfterReset = async (
  { store }: Deps,
  account: PasswordAccount,
): Promise<void> => {
  const claim = await store.identities.find({
    appId: account.appId,
    providerType: 'local-userpass',
    id: account.identityId,
  })
  if (claim) await store.sessions.removeByUser(claim.userId)
  await store.passwords.sessionsEnded(account)
}
