import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { Identity, User } from '../domain/user.ts'
import { AppError } from '../errors.ts'
import type { IdentityClaim, IdentityKey } from '../store/identities.ts'
import { admitNewUser } from './admit-new-user.ts'
import type { Proof } from './prove-identity.ts'

/** Turns in which other log-ins, links and deletes of the same identity may come in between. */
const mostTurns = 8

export const identityOf = ({ id, data, entry }: Proof, linkedAt: number): Identity => ({
  id,
  providerType: entry.type,
  providerId: entry.id,
  data,
  linkedAt,
})

export const keyOf = (app: App, { id, entry }: Proof): IdentityKey => ({
  appId: app.id,
  providerType: entry.type,
  id,
})

export const hasIdentity = (user: User, { id, entry }: Proof): boolean =>
  user.identities.some(identity => identity.providerType === entry.type && identity.id === id)

const newUser = (app: App, proof: Proof, { id, at }: { id: string; at: number }): User => ({
  id,
  appId: app.id,
  type: 'normal',
  identities: [identityOf(proof, at)],
  disabled: false,
  deleting: false,
  createdAt: at,
  lastLoginAt: at,
  lastSeenAt: at,
})

/** Makes the user that a claim promises, unless the proof was taken back or somebody else made it first. */
const createUser = async (
  deps: Deps,
  app: App,
  { proof, claim }: { proof: Proof; claim: IdentityClaim },
): Promise<User | undefined> => {
  const { store, now } = deps
  if (proof.stillHolds && !(await proof.stillHolds())) {
    await store.identities.remove(claim)
    throw new AppError(proof.provider.refusal)
  }
  const at = now()
  const user = newUser(app, proof, { id: claim.userId, at })
  try {
    await admitNewUser(deps, app, user)
  } catch (error) {
    await store.identities.remove(claim)
    throw error
  }
  const providers = [proof.entry.type]
  const isMade = await store.users.insert(user, [
    { type: 'CREATE', providers, at },
    { type: 'LOGIN', providers, at },
  ])
  return isMade ? user : undefined
}

/** The claim on the identity: an older one, or ours. */
const findOrMakeClaim = async (
  { store }: Deps,
  app: App,
  proof: Proof,
): Promise<{ claim: IdentityClaim; isOurs: boolean } | undefined> => {
  const key = keyOf(app, proof)
  const claim = proof.isNew ? undefined : await store.identities.find(key)
  if (claim) return { claim, isOurs: false }
  const ours = { ...key, userId: proof.newUserId, linked: false }
  return (await store.identities.insert(ours)) ? { claim: ours, isOurs: true } : undefined
}

type Found = { readonly user: User; readonly isNew: boolean }

const takeTurn = async (deps: Deps, app: App, proof: Proof): Promise<Found | undefined> => {
  const { identities, users } = deps.store
  const found = await findOrMakeClaim(deps, app, proof)
  if (!found) return undefined
  const { claim, isOurs } = found
  const user = isOurs ? undefined : await users.findById(claim.userId)

  if (user?.deleting) throw new AppError(proof.provider.refusal)
  if (user && hasIdentity(user, proof)) return { user, isNew: false }
  if (user) {
    const rule = { exclusive: proof.provider.onePerUser }
    const completed = await users.addIdentity(user.id, identityOf(proof, deps.now()), rule)
    if (completed) return { user: completed, isNew: false }
  }
  if (user || claim.linked) {
    await identities.reassign(claim, proof.newUserId)
    return undefined
  }
  const made = await createUser(deps, app, { proof, claim })
  return made && { user: made, isNew: true }
}

/**
 * The user whom the identity belongs to; made when there is none.
 *
 * The claim on the identity is written first, so that of any number of first log-ins at once one makes the user
 * and all get the same one. What a crash left is completed: a claim without a user gets it, a claim whose user
 * lacks the identity (a link that was cut off) adds it. A linked claim whose user is gone starts a new user, so
 * that nobody comes back under a deleted user's id.
 *
 * @throws the provider's refusal when the user is being deleted or the proof was taken back meanwhile
 */
export const claimIdentity = async (deps: Deps, app: App, proof: Proof): Promise<Found> => {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const found = await takeTurn(deps, app, proof)
    if (found) return found
  }
  throw new AppError('overloaded')
}
