import type { Deps } from '../deps.ts'
import type { Session } from '../domain/session.ts'
import type { Unlinking, User } from '../domain/user.ts'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'
import type { IdentityName } from '../store/user-identities.ts'
import { deleteKey } from './api-keys/end-key.ts'
import { isBegunBy } from './api-keys/own-keys.ts'
import { finishUnlink } from './finish-unlink.ts'
import { findLiveSession } from './live-session.ts'

/** Turns in which other unlinks of the same user may come in between. */
const mostTurns = 8

const has = ({ identities }: User, { providerType, id }: IdentityName): boolean =>
  identities.some(identity => identity.providerType === providerType && identity.id === id)

/** The identity of an API key is the key: it goes, and its sessions. */
const unlinkKey = async (
  deps: Deps,
  { user, session }: { user: User; session: Session },
  keyId: string,
): Promise<void> => {
  if (user.type === 'server') throw new AppError('lastIdentity')
  if (isBegunBy(session, keyId)) throw new AppError('apiKeyInUse')
  const key = await deps.store.apiKeys.findById(keyId)
  if (key) await deleteKey(deps, key)
  await deps.store.sessions.removeByUser(user.id, { except: session.id })
}

const takeTurn = async (deps: Deps, userId: string, unlinking: Unlinking): Promise<boolean> => {
  const { users } = deps.store
  const isMarked = await users.markUnlinking(userId, unlinking)
  const user = await users.findById(userId)
  if (!user || user.deleting) throw new AppError('sessionInvalid')
  if (user.unlinking) await finishUnlink(deps, user)
  else if (!isMarked && !has(user, unlinking)) throw new AppError('identityNotFound')
  else if (!isMarked) throw new AppError('lastIdentity')
  return isMarked
}

/**
 * Takes an identity off the user: what was known by it is nobody's, and logs in as somebody new. An e-mail identity
 * takes its password along, an API key's the key. All other sessions of the user end, and this one too if the
 * identity began it; access tokens end within 30 minutes.
 *
 * @throws `identityNotFound`; `lastIdentity` when no other but API keys would be left; `apiKeyInUse`; and what
 * `findLiveSession` does
 */
export const unlinkIdentity = async (
  deps: Deps,
  claims: AccessClaims,
  { providerType, id }: { readonly providerType: string; readonly id: string },
): Promise<void> => {
  const { user, session } = await findLiveSession(deps, claims)
  const identity = user.identities.find(
    known => known.providerType === providerType && known.id === id,
  )
  if (!identity) throw new AppError('identityNotFound')
  if (identity.providerType === 'api-key') return unlinkKey(deps, { user, session }, id)

  const isOfSession = session.providerType === providerType && session.identityId === id
  const unlinking = {
    providerType: identity.providerType,
    id,
    at: deps.now(),
    keptSessionId: isOfSession ? undefined : session.id,
  }
  for (let turn = 0; turn < mostTurns; turn += 1) {
    if (await takeTurn(deps, user.id, unlinking)) return
  }
  throw new AppError('overloaded')
}
