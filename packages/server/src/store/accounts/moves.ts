import type { Collection } from '../../documents/documents.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import { insertNew } from '../insert-new.ts'
import { fromObjectId, toObjectId } from '../object-id.ts'
import { fromAccount } from './account-document.ts'

/** An account that gets another e-mail address: the address is what it is kept by. */
export type AccountMoveStore = {
  /**
   * Begins the move: the new address is taken, by an account that nobody can log in with. Resolves `false`, writing
   * nothing, when it was taken before. `id` is a new one.
   */
  startMove(
    account: PasswordAccount,
    to: { readonly key: string; readonly email: string; readonly id: string },
  ): Promise<boolean>
  /** Gives the account to its new address. May be cut off anywhere and done again. */
  finishMove(identityId: string): Promise<void>
  /** Identities whose accounts are being moved. */
  listMoves(limit: number): Promise<string[]>
  /** Another way of writing the same address. */
  setEmail(identityId: string, email: string): Promise<void>
}

export const openAccountMoves = async (passwords: Collection): Promise<AccountMoveStore> => {
  await passwords.createIndex(
    { replaces: 1 },
    { name: 'replaces', partialFilterExpression: { replaces: { $exists: true } } },
  )
  return {
    startMove: (account, { key, email, id }) =>
      insertNew(passwords, {
        ...fromAccount({ ...account, key, email, identityId: id, state: 'pending', tokens: [] }),
        replaces: toObjectId(account.identityId),
        becomes: account.state,
      }),
    finishMove: async identityId => {
      const replaced = toObjectId(identityId)
      const next = await passwords.findOne({ replaces: replaced }, { hint: 'replaces' })
      if (!next) return
      await passwords.deleteOne({ identityId: replaced })
      await passwords.updateOne(
        { _id: next._id, replaces: replaced },
        {
          $set: { identityId: replaced, state: next.becomes },
          $unset: { replaces: '', becomes: '' },
        },
      )
    },
    listMoves: async limit => {
      const found = await passwords.find(
        { replaces: { $exists: true } },
        { sort: { replaces: 1 }, limit, hint: 'replaces' },
      )
      return found.map(({ replaces }) => fromObjectId(replaces))
    },
    setEmail: async (identityId, email) => {
      await passwords.updateOne({ identityId: toObjectId(identityId) }, { $set: { email } })
    },
  }
}
