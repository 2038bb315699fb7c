import type { Document } from 'bson'
import type { Collection, Database } from '../documents/documents.ts'
import type { KeptToken, PasswordAccount, TokenPurpose } from '../domain/password.ts'
import { accountId, fromAccount, fromToken, toAccount } from './accounts/account-document.ts'
import { type AccountMoveStore, openAccountMoves } from './accounts/moves.ts'
import { openRegistrations, type RegistrationStore } from './accounts/registrations.ts'
import { insertNew } from './insert-new.ts'
import { toDate, toObjectId } from './object-id.ts'

/** Tokens that wait at one account; the oldest go when there are more. */
const waitingTokens = 8

/** What a one-time token must match to be worth anything. */
export type TokenProof = {
  readonly appId: string
  readonly id: string
  readonly hash: string
  readonly purpose: TokenPurpose
  readonly now: number
}

/** A new password. */
export type PasswordChange = {
  readonly hash: string
  /** True to note that the user's sessions must end. */
  readonly endSessions: boolean
  /** True to note that API keys and other identities must go with the sessions. Default false. */
  readonly dropOthers?: boolean
}

export type PasswordStore = RegistrationStore &
  AccountMoveStore & {
    /** Resolves `false`, writing nothing, when the address has an account: of two callers one wins. */
    insert(account: PasswordAccount): Promise<boolean>
    /** By the canonical e-mail address. */
    find(appId: string, key: string): Promise<PasswordAccount | undefined>
    addToken(account: PasswordAccount, token: KeptToken): Promise<void>
    findByToken(proof: TokenProof): Promise<PasswordAccount | undefined>
    /**
     * Confirms the account whose token this is, and drops its tokens of that purpose. Of two callers with one
     * token, one gets the account; the other, like one who comes too late, gets `undefined`.
     */
    consumeToConfirm(proof: TokenProof): Promise<PasswordAccount | undefined>
    /**
     * Sets the password of the account whose token this is, confirms it, drops all its tokens and, if asked to, notes
     * what must end. Works once, as `consumeToConfirm`.
     */
    consumeToReset(proof: TokenProof, change: PasswordChange): Promise<PasswordAccount | undefined>
    dropToken(account: PasswordAccount, tokenId: string): Promise<void>
    /** Confirms without a token. Resolves `false` when the account is gone. */
    confirm(account: PasswordAccount): Promise<boolean>
    /** `consumeToReset` without a token and without confirming; `undefined` when the account is gone. */
    changePassword(
      account: PasswordAccount,
      change: PasswordChange,
    ): Promise<PasswordAccount | undefined>
    /** Removes an account that nobody confirmed. */
    removePending(account: PasswordAccount): Promise<void>
    /** Accounts of which a reset must still end sessions, and what else it noted. */
    listToEndSessions(limit: number): Promise<PasswordAccount[]>
    /** Takes the notes off once all that was done for the change of that version. */
    sessionsEnded(account: PasswordAccount): Promise<void>
    /** Replaces a hash by one of the same password. Does nothing when the password was changed meanwhile. */
    replaceHash(account: PasswordAccount, hash: string): Promise<void>
    removeByIdentity(identityId: string): Promise<void>
  }

const byProof = ({ appId, id, hash, purpose, now }: TokenProof): Document => ({
  appId: toObjectId(appId),
  'tokens.id': id,
  tokens: { $elemMatch: { id, hash, purpose, expiresAt: { $gt: toDate(now) } } },
})

const byAccount = ({ appId, key, identityId }: PasswordAccount): Document => ({
  _id: accountId(appId, key),
  identityId: toObjectId(identityId),
})

const changed = (
  { hash, endSessions, dropOthers = false }: PasswordChange,
  more: Document = {},
): Document => ({
  $set: {
    hash,
    tokens: [],
    ...(endSessions && { endSessions }),
    ...(dropOthers && { dropOthers }),
    ...more,
  },
  $inc: { version: 1 },
})

const openTokenParts = (
  passwords: Collection,
): Pick<
  PasswordStore,
  'addToken' | 'findByToken' | 'consumeToConfirm' | 'consumeToReset' | 'dropToken'
> => ({
  addToken: async (account, token) => {
    await passwords.updateOne(byAccount(account), {
      $push: { tokens: { $each: [fromToken(token)], $slice: -waitingTokens } },
    })
  },
  dropToken: async (account, tokenId) => {
    await passwords.updateOne(byAccount(account), { $pull: { tokens: { id: tokenId } } })
  },
  findByToken: async proof => {
    const found = await passwords.findOne(byProof(proof), { hint: 'tokens.id_1' })
    return found && toAccount(found)
  },
  consumeToConfirm: async proof => {
    const found = await passwords.findOneAndUpdate(
      byProof(proof),
      {
        $set: { state: 'confirmed', isProven: true },
        $pull: { tokens: { purpose: proof.purpose } },
      },
      { returnDocument: 'after' },
    )
    return found && toAccount(found)
  },
  consumeToReset: async (proof, change) => {
    const found = await passwords.findOneAndUpdate(
      byProof(proof),
      changed(change, { state: 'confirmed', isProven: true }),
      { returnDocument: 'after' },
    )
    return found && toAccount(found)
  },
})

/** What a function of the app may decide, in place of a token. */
const openDecisions = (
  passwords: Collection,
): Pick<PasswordStore, 'confirm' | 'changePassword' | 'removePending'> => ({
  confirm: async account => {
    const { matchedCount } = await passwords.updateOne(byAccount(account), {
      $set: { state: 'confirmed' },
      $pull: { tokens: { purpose: 'confirm' } },
    })
    return matchedCount === 1
  },
  changePassword: async (account, change) => {
    const found = await passwords.findOneAndUpdate(byAccount(account), changed(change), {
      returnDocument: 'after',
    })
    return found && toAccount(found)
  },
  removePending: async account => {
    await passwords.deleteOne({ ...byAccount(account), state: 'pending' })
  },
})

export const openPasswordStore = async (database: Database): Promise<PasswordStore> => {
  const passwords = database.collection('passwords')
  await Promise.all([
    passwords.createIndex({ 'tokens.id': 1 }),
    passwords.createIndex({ identityId: 1 }, { unique: true }),
    passwords.createIndex({ endSessions: 1 }, { partialFilterExpression: { endSessions: true } }),
  ])

  return {
    ...openTokenParts(passwords),
    ...openDecisions(passwords),
    ...(await openRegistrations(passwords)),
    ...(await openAccountMoves(passwords)),
    insert: account => insertNew(passwords, { ...fromAccount(account), unused: true }),
    find: async (appId, key) => {
      const found = await passwords.findOne({ _id: accountId(appId, key) })
      return found && toAccount(found)
    },
    listToEndSessions: async limit => {
      const found = await passwords.find({ endSessions: true }, { limit, hint: 'endSessions_1' })
      return found.map(toAccount)
    },
    sessionsEnded: async ({ appId, key, version }) => {
      await passwords.updateOne(
        { _id: accountId(appId, key), version },
        { $unset: { endSessions: '', dropOthers: '' } },
      )
    },
    replaceHash: async ({ appId, key, version, hash: before }, hash) => {
      await passwords.updateOne(
        { _id: accountId(appId, key), version, hash: before },
        { $set: { hash } },
      )
    },
    removeByIdentity: async identityId => {
      await passwords.deleteOne({ identityId: toObjectId(identityId) })
    },
  }
}
