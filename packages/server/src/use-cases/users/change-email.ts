import type { Deps } from '../../deps.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'

/** Longest address that the Admin API takes here, in characters. */
const longestEmail = 128

/**
 * Gives the user's account of e-mail and password another address; password, identity and sessions stay. What a crash
 * cuts off is finished by the sweep.
 *
 * @throws `emailInvalid`; `noPassword` when the user has no such account; `nameInUse`
 */
export const changeEmail = async (
  { store, newId }: Deps,
  user: User,
  email: string,
): Promise<void> => {
  const identity = user.identities.find(({ providerType }) => providerType === 'local-userpass')
  const account = identity && (await store.passwords.findByIdentity(identity.id))
  if (!account) throw new AppError('noPassword')
  if (email.length > longestEmail || !isAccountName(email)) throw new AppError('emailInvalid')
  const key = canonicalEmail(email)
  if (key === account.key) await store.passwords.setEmail(account.identityId, email)
  else {
    const isFree = await store.passwords.startMove(account, { key, email, id: newId() })
    if (!isFree) throw new AppError('nameInUse')
    await store.passwords.finishMove(account.identityId)
  }
  await store.users.setIdentityData(user.id, {
    providerType: 'local-userpass',
    id: account.identityId,
    data: { ...identity.data, email },
  })
}
