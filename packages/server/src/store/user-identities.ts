import type { Document } from 'bson'
import type { Collection, Update } from '../documents/documents.ts'
import { type Identity, knownEmails, type Unlinking, type User } from '../domain/user.ts'
import { fromObjectId, toDate, toObjectId } from './object-id.ts'
import { emailFields, fromIdentity, fromUnlinking, toUser } from './user-document.ts'

/** Names an identity of a user. */
export type IdentityName = Pick<Identity, 'providerType' | 'id'>

/** The identities inside a user's document. */
export type UserIdentityStore = {
  /**
   * Appends the identity, and with it ends the user's being anonymous. Resolves the user as it is then, also
   * when it had the identity already; `undefined`, writing nothing, when the user is gone or being deleted, is just
   * losing that identity, or has another identity of an `exclusive` provider type.
   */
  addIdentity(
    id: string,
    identity: Identity,
    rule: { readonly exclusive: boolean },
  ): Promise<User | undefined>
  /** What is known of the identity from now on; does nothing when the user does not have it. */
  setIdentityData(
    id: string,
    identity: Pick<Identity, 'providerType' | 'id' | 'data'>,
  ): Promise<void>
  /** Takes off an identity to which nothing belongs any more. */
  removeIdentity(id: string, name: IdentityName): Promise<void>
  /**
   * Takes an identity off and notes that what belongs to it must go, in one write. Resolves `false`, writing nothing,
   * when the user is gone, being deleted, does not have it, is losing another one, or would be left with none but
   * API keys.
   */
  markUnlinking(id: string, unlinking: Unlinking): Promise<boolean>
  /** Takes the note off; a user who has no other identity left than an anonymous one is anonymous again. */
  finishUnlinking(id: string, unlinking: Unlinking): Promise<void>
  /** Users who have such a note since then or longer, milliseconds since 1970. */
  listUnlinking(before: number, limit: number): Promise<string[]>
}

const isThere = (id: string) => ({ _id: toObjectId(id), deleting: { $exists: false } })

/** Any identity but that one, API keys left out: they are the user's doing, not what it is known by. */
const anotherThan = ({ providerType, id }: IdentityName) => ({
  $elemMatch: { providerType: { $ne: 'api-key' }, $nor: [{ providerType, id }] },
})

/** The identity at the end of the list, and its e-mail address among those that the user is found by. */
const addition = (identity: Identity): Update => {
  const [email] = knownEmails([identity])
  const added = fromIdentity(identity)
  if (email === undefined) return { $push: { identities: added }, $unset: { anonymous: '' } }
  const literal = { $literal: email }
  const first = { $ifNull: ['$email', literal] }
  const other = { $cond: [{ $eq: [first, literal] }, '$$REMOVE', literal] }
  return [
    {
      $set: {
        identities: { $concatArrays: ['$identities', [{ $literal: added }]] },
        email: first,
        otherEmail: { $ifNull: ['$otherEmail', other] },
      },
    },
    { $unset: 'anonymous' },
  ]
}

const emailChange = (emails: readonly string[]): Document => ({
  ...(emails.length > 0 && { $set: emailFields(emails) }),
  $unset: {
    ...(emails.length < 1 && { email: '' }),
    ...(emails.length < 2 && { otherEmail: '' }),
  },
})

/** Turns in which the identities of a user may change meanwhile. */
const mostTurns = 8

/** Finds the user by the e-mail addresses of its identities, and by no others. */
const refreshEmails = async (users: Collection, id: string): Promise<void> => {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const found = await users.findOne({ _id: toObjectId(id) })
    if (!found) return
    const { identities } = toUser(found)
    const emails = knownEmails(identities)
    if (found.email === emails[0] && found.otherEmail === emails[1]) return
    const unchanged = { _id: found._id, identities: found.identities }
    const { $unset, ...set } = emailChange(emails)
    const update = Object.keys($unset).length > 0 ? { ...set, $unset } : set
    const { matchedCount } = await users.updateOne(unchanged, update)
    if (matchedCount === 1) return
  }
}

export const openUserIdentities = async (users: Collection): Promise<UserIdentityStore> => {
  await users.createIndex(
    { 'unlinking.at': 1 },
    { name: 'unlinking', partialFilterExpression: { 'unlinking.at': { $exists: true } } },
  )

  return {
    addIdentity: async (id, identity, { exclusive }) => {
      const { providerType } = identity
      const same = { providerType, id: identity.id }
      await users.updateOne(
        {
          ...isThere(id),
          identities: { $not: { $elemMatch: exclusive ? { providerType } : same } },
          $nor: [{ 'unlinking.providerType': providerType, 'unlinking.id': identity.id }],
        },
        addition(identity),
      )
      const found = await users.findOne({ ...isThere(id), identities: { $elemMatch: same } })
      return found && toUser(found)
    },
    setIdentityData: async (id, { providerType, id: identityId, data }) => {
      await users.updateOne(
        { _id: toObjectId(id), identities: { $elemMatch: { providerType, id: identityId } } },
        { $set: { 'identities.$[known].data': data } },
        { arrayFilters: [{ 'known.providerType': providerType, 'known.id': identityId }] },
      )
      await refreshEmails(users, id)
    },
    removeIdentity: async (id, { providerType, id: identityId }) => {
      await users.updateOne(
        { _id: toObjectId(id) },
        { $pull: { identities: { providerType, id: identityId } } },
      )
      await refreshEmails(users, id)
    },
    markUnlinking: async (id, unlinking) => {
      const name = { providerType: unlinking.providerType, id: unlinking.id }
      const { matchedCount } = await users.updateOne(
        {
          ...isThere(id),
          unlinking: { $exists: false },
          $and: [{ identities: { $elemMatch: name } }, { identities: anotherThan(name) }],
        },
        { $pull: { identities: name }, $set: { unlinking: fromUnlinking(unlinking) } },
      )
      return matchedCount === 1
    },
    finishUnlinking: async (id, { providerType, id: identityId, at }) => {
      const anyButAnonymous = { $elemMatch: { providerType: { $ne: 'anon-user' } } }
      const noted = {
        _id: toObjectId(id),
        'unlinking.providerType': providerType,
        'unlinking.id': identityId,
        'unlinking.at': toDate(at),
      }
      await users.updateOne(
        { ...noted, deleting: { $exists: false }, identities: { $not: anyButAnonymous } },
        { $set: { anonymous: true } },
      )
      await refreshEmails(users, id)
      await users.updateOne(noted, { $unset: { unlinking: '' } })
    },
    listUnlinking: async (before, limit) => {
      const found = await users.find(
        { 'unlinking.at': { $lte: toDate(before) } },
        { limit, projection: { _id: 1 }, hint: 'unlinking' },
      )
      return found.map(({ _id }) => fromObjectId(_id))
    },
  }
}
