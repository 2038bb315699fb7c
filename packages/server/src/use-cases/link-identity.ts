import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { Session } from '../domain/session.ts'
import type { User } from '../domain/user.ts'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'
import type { IdentityClaim } from '../store/identities.ts'
import { addOwnedIdentity, hasIdentity, identityOf, keyOf, noteUse } from './claim-identity.ts'
import { finishUnlink } from './finish-unlink.ts'
import { findLiveSession } from './live-session.ts'
import { type Credentials, type Proof, proveIdentity, usableProvider } from './prove-identity.ts'
import { sessionExpiry } from './start-session.ts'

/** Who is linked to: what of an access token says it. */
export type LinkTo = Pick<AccessClaims, 'app' | 'userId' | 'sessionId'>

/** The claim for this user, and whether it is new; `undefined` when the identity is somebody else's. */
const claimForUser = async (
  { store }: Deps,
  app: App,
  { user, proof }: { user: User; proof: Proof },
): Promise<{ claim: IdentityClaim; isOurs: boolean } | undefined> => {
  const claim = { ...keyOf(app, proof), userId: user.id, linked: true }
  if (await store.identities.insert(claim)) return { claim, isOurs: true }
  const theirs = await store.identities.find(claim)
  return theirs?.userId === user.id ? { claim: theirs, isOurs: false } : undefined
}

const addIdentity = async (
  deps: Deps,
  app: App,
  { user, proof }: { user: User; proof: Proof },
): Promise<User> => {
  const { store, now } = deps
  const { onePerUser, refusal } = proof.provider
  if (onePerUser && user.identities.some(({ providerType }) => providerType === proof.entry.type)) {
    throw new AppError('identityTaken')
  }
  if (proof.ownerId === user.id) return addOwnedIdentity(deps, user, proof)
  if (proof.ownerId !== undefined) throw new AppError('identityTaken')
  const claimed = await claimForUser(deps, app, { user, proof })
  if (!claimed) throw new AppError('identityTaken')
  const holds = !proof.stillHolds || (await proof.stillHolds())
  const linked = holds
    ? await store.users.addIdentity(user.id, identityOf(proof, now()), { exclusive: onePerUser })
    : undefined
  if (linked) {
    await noteUse(deps, proof)
    return linked
  }
  if (claimed.isOurs) await store.identities.remove(claimed.claim)
  throw new AppError(holds ? 'identityTaken' : refusal)
}

/** A session that lasted as long as its anonymous user ends like any other from now on. */
const endAnonymousLife = async ({ store, now }: Deps, app: App, session: Session) => {
  if (session.expiresAt !== undefined) return session
  const expiresAt = sessionExpiry(app, now())
  await store.sessions.setExpiry(session.id, expiresAt)
  return { ...session, expiresAt }
}

/**
 * Adds an identity to the user who is logged in. The user's id and session stay; linking what the user has
 * already changes nothing. A proof may take seconds: who lost the session meanwhile, by a password reset say, links
 * nothing any more.
 *
 * @throws `linkAnonymous`; `identityTaken` when the identity is another user's, or the user has one of a provider
 * that allows one only; `sessionInvalid` when the user or the session is gone; what the provider refuses
 */
export const linkIdentity = async (
  deps: Deps,
  app: App,
  { link, ...credentials }: Credentials & { readonly link: LinkTo },
): Promise<{ user: User; session: Session }> => {
  if (!usableProvider(app, credentials.providerType).provider.canBeLinked) {
    throw new AppError('linkAnonymous')
  }
  if (link.app.id !== app.id) throw new AppError('sessionInvalid')
  await findLiveSession(deps, link)
  const proof = await proveIdentity(deps, app, credentials)
  const { user, session } = await findLiveSession(deps, link)
  await finishUnlink(deps, user)
  const linked = hasIdentity(user, proof) ? user : await addIdentity(deps, app, { user, proof })
  await proof.afterLogIn?.(user.id)
  return { user: linked, session: await endAnonymousLife(deps, app, session) }
}
