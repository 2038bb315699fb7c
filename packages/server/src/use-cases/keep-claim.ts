import type { Deps } from '../deps.ts'
import type { IdentityClaim } from '../store/identities.ts'

/**
 * Takes back a claim whose user is not to be made. Of two first log-ins at once the app's code may refuse one and admit
 * the other: then the claim stays.
 */
export const takeBackClaim = async ({ store }: Deps, claim: IdentityClaim): Promise<void> => {
  await store.identities.remove(claim)
  if (await store.users.findById(claim.userId)) await store.identities.insert(claim)
}

/** Looks, once the user is there, whether the claim was taken back meanwhile. Resolves `false` when it is another's. */
export const keepClaim = async ({ store }: Deps, claim: IdentityClaim): Promise<boolean> => {
  const current = await store.identities.find(claim)
  return current ? current.userId === claim.userId : store.identities.insert(claim)
}
