import type { Document } from 'bson'
import type { Collection, Database } from '../documents/documents.ts'
import type { KeptToken, PasswordAccount, TokenPurpose } from '../domain/password.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

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

export type PasswordStore = {
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
   * Sets the password of the account whose token this is, confirms it, drops all its tokens and notes that
   * the user's sessions must end. Works once, as `consumeToConfirm`.
   */
  consumeToReset(proof: TokenProof, hash: string): Promise<PasswordAccount | undefined>
  /** Accounts whose sessions must still be ended after a reset. */
  listToEndSessions(limit: number): Promise<PasswordAccount[]>
  /** Notes that the sessions were ended after the change of that version. */
  sessionsEnded(account: PasswordAccount): Promise<void>
  /** Replaces a hash by one of the same password. Does nothing when the password was changed meanwhile. */
  replaceHash(account: PasswordAccount, hash: string): Promise<void>
  removeByIdentity(identityId: string): Promise<void>
}

const accountId = (appId: string, key: string): string => `${appId}:${key}`

const fromToken = (token: KeptToken): Document => ({
  ...token,
  expiresAt: toDate(token.expiresAt),
})

const toAccount = (document: Document): PasswordAccount => ({
  appId: fromObjectId(document.appId),
  key: (document._id as string).slice(25),
  email: document.email,
  identityId: fromObjectId(document.identityId),
  hash: document.hash,
  version: document.version,
  state: document.state,
  tokens: (document.tokens as Document[]).map(
    token => ({ ...token, expiresAt: fromDate(token.expiresAt) }) as KeptToken,
  ),
  createdAt: fromDate(document.createdAt),
})

const fromAccount = ({ appId, key, identityId, ...rest }: PasswordAccount): Document => ({
  ...rest,
  _id: accountId(appId, key),
  appId: toObjectId(appId),
  identityId: toObjectId(identityId),
  tokens: rest.tokens.map(fromToken),
  createdAt: toDate(rest.createdAt),
})

const byProof = ({ appId, id, hash, purpose, now }: TokenProof): Document => ({
  appId: toObjectId(appId),
  'tokens.id': id,
  tokens: { $elemMatch: { id, hash, purpose, expiresAt: { $gt: toDate(now) } } },
})

const openTokenParts = (
  passwords: Collection,
): Pick<PasswordStore, 'addToken' | 'findByToken' | 'consumeToConfirm' | 'consumeToReset'> => ({
  addToken: async ({ appId, key, identityId }, token) => {
    await passwords.updateOne(
      { _id: accountId(appId, key), identityId: toObjectId(identityId) },
      { $push: { tokens: { $each: [fromToken(token)], $slice: -waitingTokens } } },
    )
  },
  findByToken: async proof => {
    const found = await passwords.findOne(byProof(proof), { hint: 'tokens.id_1' })
    return found && toAccount(found)
  },
  consumeToConfirm: async proof => {
    const found = await passwords.findOneAndUpdate(
      byProof(proof),
      { $set: { state: 'confirmed' }, $pull: { tokens: { purpose: proof.purpose } } },
      { returnDocument: 'after' },
    )
    return found && toAccount(found)
  },
  consumeToReset: async (proof, hash) => {
    const found = await passwords.findOneAndUpdate(
      byProof(proof),
      {
        $set: { hash, state: 'confirmed', tokens: [], endSessions: true },
        $inc: { version: 1 },
      },
      { returnDocument: 'after' },
    )
    return found && toAccount(found)
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
    insert: account => insertNew(passwords, fromAccount(account)),
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
        { $unset: { endSessions: '' } },
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
