import type { Document } from 'bson'
import type { Collection, Database } from '../../documents/documents.ts'
import { isDuplicateKey } from '../../documents/error.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { User } from '../../domain/user.ts'
import { accountId, fromAccount } from '../accounts/account-document.ts'
import { claimId, fromClaim, type IdentityClaim, type IdentityKey } from '../identities.ts'
import { insertNew } from '../insert-new.ts'
import { fromObjectId, toDate, toObjectId } from '../object-id.ts'
import { fromUser } from '../user-document.ts'

/** A user who is there already. */
export type UserThere = {
  readonly appId: string
  readonly isDeleting: boolean
  /** As `identityName` names them. */
  readonly identities: ReadonlySet<string>
}

/** An account that is there already. */
export type AccountThere = { readonly identityId: string; readonly email: string }

export type AccountKey = Pick<PasswordAccount, 'appId' | 'key'>

/** An account to be written; `isUnused` when nobody logged in with it yet. */
export type MovedAccount = PasswordAccount & { readonly isUnused: boolean }

/** Many users at a time: what imports need. */
export type BulkStore = {
  /** Those of the users who are there, by id. */
  lookForUsers(ids: readonly string[]): Promise<ReadonlyMap<string, UserThere>>
  /** Whose the claims are that are there, by `identityName`. */
  lookForClaims(keys: readonly IdentityKey[]): Promise<ReadonlyMap<string, string>>
  /** The accounts that are there, by key. */
  lookForAccounts(keys: readonly AccountKey[]): Promise<ReadonlyMap<string, AccountThere>>
  /**
   * Inserts what is not there. Resolves the places of those that cannot be, because somebody else has the key; what
   * is there and the same counts as inserted.
   */
  insertClaims(claims: readonly IdentityClaim[]): Promise<number[]>
  insertUsers(users: readonly User[]): Promise<number[]>
  insertAccounts(accounts: readonly MovedAccount[]): Promise<number[]>
}

/** Names an identity within its app. */
export const identityName = ({
  providerType,
  id,
}: Pick<IdentityKey, 'providerType' | 'id'>): string => `${providerType}:${id}`

type IsSame = (there: Document, document: Document) => boolean

const insertEach = async (
  collection: Collection,
  documents: readonly Document[],
  isSame: IsSame,
): Promise<number[]> => {
  const refused: number[] = []
  for (const [place, document] of documents.entries()) {
    if (await insertNew(collection, document)) continue
    const there = await collection.findOne({ _id: document._id })
    if (!there || !isSame(there, document)) refused.push(place)
  }
  return refused
}

/** All in one write; one by one when that is refused, which is when something came in between. */
const insertAll = async (
  collection: Collection,
  documents: readonly Document[],
  isSame: IsSame,
): Promise<number[]> => {
  if (documents.length === 0) return []
  try {
    await collection.insertMany(documents)
    return []
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    return insertEach(collection, documents, isSame)
  }
}

const hasSame =
  (field: string): IsSame =>
  (there, document) =>
    fromObjectId(there[field]) === fromObjectId(document[field])

const fromMovedUser = (user: User): Document => ({
  ...fromUser(user, []),
  ...(user.deletesAt !== undefined && { deletesAt: toDate(user.deletesAt) }),
})

const fromMovedAccount = ({ isUnused, ...account }: MovedAccount): Document => ({
  ...fromAccount(account),
  ...(isUnused && { unused: true }),
})

const toUserThere = (document: Document): UserThere => ({
  appId: fromObjectId(document.appId),
  isDeleting: document.deleting === true,
  identities: new Set(
    (document.identities as Parameters<typeof identityName>[0][]).map(identityName),
  ),
})

/** Ids of one read: it is over in milliseconds, and longer lists are not looked up one by one. */
const mostIds = 500

const read = async (
  collection: Collection,
  ids: readonly unknown[],
  fields: readonly string[],
): Promise<Document[]> => {
  const projection = Object.fromEntries(fields.map(field => [field, 1]))
  const found: Document[] = []
  for (let from = 0; from < ids.length; from += mostIds) {
    const some = ids.slice(from, from + mostIds)
    found.push(...(await collection.find({ _id: { $in: some } }, { projection, hint: '_id_' })))
  }
  return found
}

/** Length of an app's id and the sign behind it, with which ids of claims and accounts begin. */
const headLength = 25

export const openBulkStore = (database: Database): BulkStore => {
  const users = database.collection('users')
  const identities = database.collection('identities')
  const passwords = database.collection('passwords')

  return {
    lookForUsers: async ids => {
      const fields = ['appId', 'deleting', 'identities.providerType', 'identities.id']
      const found = await read(users, ids.map(toObjectId), fields)
      return new Map(found.map(one => [fromObjectId(one._id), toUserThere(one)]))
    },
    lookForClaims: async keys => {
      const found = await read(identities, keys.map(claimId), ['userId'])
      return new Map(found.map(({ _id, userId }) => [_id.slice(headLength), fromObjectId(userId)]))
    },
    lookForAccounts: async keys => {
      const ids = keys.map(({ appId, key }) => accountId(appId, key))
      const found = await read(passwords, ids, ['identityId', 'email'])
      return new Map(
        found.map(({ _id, identityId, email }) => [
          _id.slice(headLength),
          { identityId: fromObjectId(identityId), email },
        ]),
      )
    },
    insertClaims: claims => insertAll(identities, claims.map(fromClaim), hasSame('userId')),
    insertUsers: moved => insertAll(users, moved.map(fromMovedUser), hasSame('appId')),
    insertAccounts: accounts =>
      insertAll(passwords, accounts.map(fromMovedAccount), hasSame('identityId')),
  }
}
