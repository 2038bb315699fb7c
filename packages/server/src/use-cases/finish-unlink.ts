import type { Deps } from '../deps.ts'
import type { User } from '../domain/user.ts'

/**
 * Removes what belongs to an identity that was taken off its user: the sessions that it began and all others up to
 * then but the one that asked, a password, tokens of the provider, last the claim. Until then a log-in with it finds
 * the claim and comes here too, so nothing is half unlinked for anybody.
 */
export const finishUnlink = async ({ store, now }: Deps, user: User): Promise<void> => {
  const { id: userId, appId, unlinking } = user
  if (!unlinking) return
  const { providerType, id, at, keptSessionId } = unlinking
  await store.sessions.removeByIdentity(userId, unlinking)
  await store.sessions.removeByUser(userId, { except: keptSessionId, until: at })
  if (providerType === 'local-userpass') await store.passwords.removeByIdentity(id)
  await store.providerTokens.markUnwanted({ userId, identity: { providerType, id } }, now())
  await store.identities.remove({ appId, providerType, id, userId, linked: false })
  await store.users.finishUnlinking(userId, unlinking)
}
