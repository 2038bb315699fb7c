import type { Collection } from '../../documents/documents.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { toObjectId } from '../object-id.ts'
import { toAccount } from './account-document.ts'

/** Accounts with which nobody logged in yet: of those, no user was made. */
export type RegistrationStore = {
  /**
   * The app's registrations in the order of their identities' ids, after the one given. A log-in that a crash cut off
   * may have left one whose user is there.
   */
  listUnused(
    appId: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<PasswordAccount[]>
  findByIdentity(identityId: string): Promise<PasswordAccount | undefined>
  /** Resolves `false`, removing nothing, when somebody logged in with it meanwhile. */
  removeUnused(identityId: string): Promise<boolean>
  /** Takes the account off the list. */
  markUsed(identityId: string): Promise<void>
}

export const openRegistrations = async (passwords: Collection): Promise<RegistrationStore> => {
  await passwords.createIndex(
    { appId: 1, identityId: 1 },
    { name: 'unused', partialFilterExpression: { unused: true } },
  )
  return {
    listUnused: async (appId, { after, limit }) => {
      const behind = after && { identityId: { $gt: toObjectId(after) } }
      const found = await passwords.find(
        { appId: toObjectId(appId), unused: true, ...behind },
        { sort: { appId: 1, identityId: 1 }, limit, hint: 'unused' },
      )
      return found.map(toAccount)
    },
    findByIdentity: async identityId => {
      const found = await passwords.findOne({ identityId: toObjectId(identityId) })
      return found && toAccount(found)
    },
    removeUnused: async identityId => {
      const filter = { identityId: toObjectId(identityId), unused: true }
      return (await passwords.deleteOne(filter)).deletedCount === 1
    },
    markUsed: async identityId => {
      await passwords.updateOne(
        { identityId: toObjectId(identityId), unused: true },
        { $unset: { unused: '' } },
      )
    },
  }
}
