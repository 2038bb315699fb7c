import type { Document } from 'bson'
import type { Collection, Database } from '../../documents/documents.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { User } from '../../domain/user.ts'
import { toAccount } from '../accounts/account-document.ts'
import { toKey } from '../api-keys.ts'
import { claimId } from '../identities.ts'
import { fromObjectId, toObjectId } from '../object-id.ts'
import { toUser } from '../user-document.ts'

/** A user with what is kept beside: what an export needs. */
export type WholeUser = {
  readonly user: User
  readonly account: PasswordAccount | undefined
  readonly apiKeys: readonly ApiKey[]
}

/** Walks through everything an app has, in pages. */
export type WholeUserStore = {
  /** The app's users by id, after the one given; those being deleted left out, so a page may be short. */
  usersAfter(
    appId: string,
    page: {
      readonly after: string | undefined
      readonly limit: number
      readonly withKeys: boolean
    },
  ): Promise<{ users: WholeUser[]; next: string | undefined }>
  /**
   * The app's accounts with which nobody logged in yet, by their identities' ids, after the one given; a page may be
   * short. At most 1,000.
   */
  unclaimedAfter(
    appId: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ accounts: PasswordAccount[]; next: string | undefined }>
  /** True when anybody of the app has an API key. */
  hasKeys(appId: string): Promise<boolean>
}

const emailIdentity = ({ identities }: Document): string | undefined =>
  (identities as Document[]).find(({ providerType }) => providerType === 'local-userpass')?.id

const toClaimId =
  (appId: string) =>
  ({ identityId }: Document): string =>
    claimId({ appId, providerType: 'local-userpass', id: fromObjectId(identityId) })

const readClaimed = async (
  identities: Collection,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set()
  const found = await identities.find(
    { _id: { $in: [...ids] } },
    { projection: { _id: 1 }, hint: '_id_' },
  )
  return new Set(found.map(({ _id }) => _id as string))
}

const readAccounts = async (
  passwords: Collection,
  ids: readonly string[],
): Promise<Map<string, PasswordAccount>> => {
  if (ids.length === 0) return new Map()
  const found = await passwords.find(
    { identityId: { $in: ids.map(toObjectId) } },
    { hint: 'identityId_1' },
  )
  return new Map(found.map(toAccount).map(account => [account.identityId, account]))
}

const readKeys = async (
  keys: Collection,
  userIds: readonly string[],
): Promise<Map<string, ApiKey[]>> => {
  const byUser = new Map<string, ApiKey[]>()
  if (userIds.length === 0) return byUser
  const found = await keys.find({ userId: { $in: userIds.map(toObjectId) } }, { hint: 'userId_1' })
  for (const key of found.map(toKey).filter(({ deleting }) => !deleting)) {
    byUser.set(key.userId, [...(byUser.get(key.userId) ?? []), key])
  }
  return byUser
}

export const openWholeUserStore = (database: Database): WholeUserStore => {
  const users = database.collection('users')
  const passwords = database.collection('passwords')
  const identities = database.collection('identities')
  const apiKeys = database.collection('apiKeys')

  return {
    usersAfter: async (appId, { after, limit, withKeys }) => {
      const found = await users.find(
        { appId: toObjectId(appId), ...(after && { _id: { $gt: toObjectId(after) } }) },
        { sort: { appId: 1, _id: 1 }, limit, hint: 'appId_1__id_1' },
      )
      const there = found.filter(({ deleting }) => deleting !== true)
      const [accounts, keys] = await Promise.all([
        readAccounts(
          passwords,
          there.flatMap(one => emailIdentity(one) ?? []),
        ),
        readKeys(apiKeys, withKeys ? there.map(({ _id }) => fromObjectId(_id)) : []),
      ])
      return {
        users: there.map(one => ({
          user: toUser(one),
          account: accounts.get(emailIdentity(one) ?? ''),
          apiKeys: keys.get(fromObjectId(one._id)) ?? [],
        })),
        next: found.length < limit ? undefined : fromObjectId(found.at(-1)?._id),
      }
    },
    unclaimedAfter: async (appId, after, limit) => {
      const behind = after && { identityId: { $gt: toObjectId(after) } }
      const found = await passwords.find(
        { appId: toObjectId(appId), unused: true, ...behind },
        { sort: { appId: 1, identityId: 1 }, limit, hint: 'unused' },
      )
      const claimed = await readClaimed(identities, found.map(toClaimId(appId)))
      const unclaimed = found.filter(one => !claimed.has(toClaimId(appId)(one)))
      return {
        accounts: unclaimed.map(toAccount),
        next: found.length < limit ? undefined : fromObjectId(found.at(-1)?.identityId),
      }
    },
    hasKeys: async appId =>
      (
        await apiKeys.find(
          { appId: toObjectId(appId) },
          { limit: 1, projection: { _id: 1 }, hint: 'appId_1_prefix_1' },
        )
      ).length > 0,
  }
}
