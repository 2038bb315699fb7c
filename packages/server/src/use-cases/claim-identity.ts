import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { Identity, User } from '../domain/user.ts'
import { AppError } from '../errors.ts'
import type { IdentityClaim, IdentityKey } from '../store/identities.ts'
import { wantedEvents } from '../triggers/wanted-events.ts'
import { admitNewUser } from './admit-new-user.ts'
import { finishUnlink } from './finish-unlink.ts'
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

const isUnlinking = ({ unlinking }: User, { id, entry }: Proof): boolean =>
  unlinking?.providerType === entry.type && unlinking.id === id

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

/** Takes back a claim whose user is not to be made, unless somebody made it meanwhile. */
const takeBack = async ({ store }: Deps, claim: IdentityClaim): Promise<void> => {
  await store.identities.takeBack(claim)
  if (await store.users.findById(claim.userId)) await store.identities.insert(claim)
}

/** From then on a registration is no pending one. */
export const noteUse = async ({ store }: Deps, { id, entry }: Proof): Promise<void> => {
  if (entry.type === 'local-userpass') await store.passwords.markUsed(id)
}

/**
 * Makes the user that a claim promises, unless the proof was taken back or somebody else made it first. Of several first
 * log-ins at once the app's code may admit one and refuse another: whoever writes first, that the claim is kept or that
 * it is taken back, decides for both.
 */
const createUser = async (
  deps: Deps,
  app: App,
  { proof, claim }: { proof: Proof; claim: IdentityClaim },
): Promise<User | undefined> => {
  const { store, now } = deps
  if (proof.stillHolds && !(await proof.stillHolds())) {
    await takeBack(deps, claim)
    throw new AppError(proof.provider.refusal)
  }
  const at = now()
  const user = newUser(app, proof, { id: claim.userId, at })
  try {
    await admitNewUser(deps, app, user)
  } catch (error) {
    await takeBack(deps, claim)
    throw error
  }
  const isAsked = app.userCreationFunctionName !== undefined
  if (isAsked && !(await store.identities.keep(claim))) return undefined
  const providers = [proof.entry.type]
  const events = wantedEvents(deps, app, [
    { type: 'CREATE', providers, at },
    { type: 'LOGIN', providers, at },
  ])
  const [isMade] = await Promise.all([store.users.insert(user, events), noteUse(deps, proof)])
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

/** Adds the identity that a claim promises to its user, unless an unlink takes the claim away meanwhile. */
const completeLink = async (
  deps: Deps,
  user: User,
  { proof, claim }: { proof: Proof; claim: IdentityClaim },
): Promise<User | undefined> => {
  const { store, now } = deps
  const identity = identityOf(proof, now())
  const rule = { exclusive: proof.provider.onePerUser }
  const [completed] = await Promise.all([
    store.users.addIdentity(user.id, identity, rule),
    noteUse(deps, proof),
  ])
  if (!completed) return undefined
  if ((await store.identities.find(claim))?.userId === user.id) return completed
  await store.users.removeIdentity(user.id, identity)
  return undefined
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
  if (user && isUnlinking(user, proof)) {
    await finishUnlink(deps, user)
    return undefined
  }
  const completed = user && (await completeLink(deps, user, { proof, claim }))
  if (completed) return { user: completed, isNew: false }
  if (user || claim.linked) {
    await identities.reassign(claim, proof.newUserId)
    return undefined
  }
  const made = await createUser(deps, app, { proof, claim })
  return made && { user: made, isNew: true }
}

/**
 * Appends an identity that its provider says is the user's by nature. It needs no claim: the provider's own record
 * names the user.
 *
 * @throws the provider's refusal when the user or the proof went meanwhile
 */
export const addOwnedIdentity = async (deps: Deps, user: User, proof: Proof): Promise<User> => {
  const { users } = deps.store
  const identity = identityOf(proof, deps.now())
  const rule = { exclusive: proof.provider.onePerUser }
  const added = await users.addIdentity(user.id, identity, rule)
  if (added && (!proof.stillHolds || (await proof.stillHolds()))) return added
  await users.removeIdentity(user.id, identity)
  throw new AppError(proof.provider.refusal)
}

const findOwner = async (deps: Deps, ownerId: string, proof: Proof): Promise<User> => {
  const owner = await deps.store.users.findById(ownerId)
  if (!owner || owner.deleting || owner.deletesAt !== undefined) {
    throw new AppError(proof.provider.refusal)
  }
  if (owner.disabled) throw new AppError('userDisabled')
  return hasIdentity(owner, proof) ? owner : addOwnedIdentity(deps, owner, proof)
}

/**
 * The user whom the identity belongs to; made when there is none.
 *
 * The claim on the identity is written first, so that of any number of first log-ins at once one makes the user
 * and all get the same one. What a crash left is completed: a claim without a user gets it, a claim whose user
 * lacks the identity (a link that was cut off) adds it. A linked claim whose user is gone starts a new user, so
 * that nobody comes back under a deleted user's id. An unlink that was cut off is finished first, so that it is not
 * undone. An identity that has an owner never makes a user.
 *
 * @throws the provider's refusal when the user is being deleted or the proof was taken back meanwhile; `userDisabled`
 * for an owner
 */
export const claimIdentity = async (deps: Deps, app: App, proof: Proof): Promise<Found> => {
  const { ownerId } = proof
  if (ownerId !== undefined) return { user: await findOwner(deps, ownerId, proof), isNew: false }
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const found = await takeTurn(deps, app, proof)
    if (found) return found
  }
  throw new AppError('overloaded')
}
