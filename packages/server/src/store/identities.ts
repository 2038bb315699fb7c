import type { ProviderType } from '@regent/protocol'
import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { insertNew } from './insert-new.ts'
import { fromObjectId, toObjectId } from './object-id.ts'

/** Names one identity of one app: the claim on it is what makes it belong to one user. */
export type IdentityKey = {
  readonly appId: string
  readonly providerType: ProviderType
  readonly id: string
}

export type IdentityClaim = IdentityKey & {
  readonly userId: string
  /** True for a claim of an identity that was linked to a user who was there before. */
  readonly linked: boolean
}

export type IdentityStore = {
  /** Resolves `false`, writing nothing, when the identity is claimed: of two callers one wins. */
  insert(claim: IdentityClaim): Promise<boolean>
  find(key: IdentityKey): Promise<IdentityClaim | undefined>
  listByUser(userId: string): Promise<IdentityClaim[]>
  /** Claims in the order of their users' ids, between two ids (both left out). */
  listBetween(after: string, before: string, limit: number): Promise<IdentityClaim[]>
  /** Gives a claim to another user. Resolves `false` when it is not (or no longer) the first user's. */
  reassign(claim: IdentityClaim, userId: string): Promise<boolean>
  /** Notes that the claim's user is about to be made. Resolves `false` when it is not (or no longer) that user's. */
  keep(claim: IdentityClaim): Promise<boolean>
  /** Removes the claim if it is still that user's, and nobody keeps it. */
  takeBack(claim: IdentityClaim): Promise<void>
  /** Removes the claim if it is still that user's. */
  remove(claim: IdentityClaim): Promise<void>
}

export const claimId = ({ appId, providerType, id }: IdentityKey): string =>
  `${appId}:${providerType}:${id}`

export const fromClaim = (claim: IdentityClaim): Document => ({
  _id: claimId(claim),
  appId: toObjectId(claim.appId),
  userId: toObjectId(claim.userId),
  ...(claim.linked && { linked: true }),
})

const ofUser = (claim: IdentityClaim): Document => ({
  _id: claimId(claim),
  userId: toObjectId(claim.userId),
})

const toClaim = (document: Document): IdentityClaim => {
  const [appId = '', providerType, ...id] = (document._id as string).split(':')
  return {
    appId,
    providerType: providerType as ProviderType,
    id: id.join(':'),
    userId: fromObjectId(document.userId),
    linked: document.linked === true,
  }
}

export const openIdentityStore = async (database: Database): Promise<IdentityStore> => {
  const identities = database.collection('identities')
  await identities.createIndex({ userId: 1 })

  return {
    insert: claim => insertNew(identities, fromClaim(claim)),
    find: async key => {
      const found = await identities.findOne({ _id: claimId(key) })
      return found && toClaim(found)
    },
    listByUser: async userId => {
      const found = await identities.find(
        { userId: toObjectId(userId) },
        { sort: { userId: 1 }, hint: 'userId_1' },
      )
      return found.map(toClaim)
    },
    listBetween: async (after, before, limit) => {
      const found = await identities.find(
        { userId: { $gt: toObjectId(after), $lt: toObjectId(before) } },
        { sort: { userId: 1 }, limit, hint: 'userId_1' },
      )
      return found.map(toClaim)
    },
    reassign: async (claim, userId) => {
      const { matchedCount } = await identities.updateOne(ofUser(claim), {
        $set: { userId: toObjectId(userId) },
        $unset: { linked: '', kept: '' },
      })
      return matchedCount === 1
    },
    keep: async claim => {
      const { matchedCount } = await identities.updateOne(ofUser(claim), { $set: { kept: true } })
      return matchedCount === 1
    },
    takeBack: async claim => {
      await identities.deleteOne({ ...ofUser(claim), kept: { $exists: false } })
    },
    remove: async claim => {
      await identities.deleteOne(ofUser(claim))
    },
  }
}
