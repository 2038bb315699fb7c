import type { ProviderType } from '@regent/protocol'
import { Binary, type Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** A refresh token of a provider, kept to be revoked when its user goes. */
export type ProviderToken = {
  /** ObjectId as 24 hex characters, so ids grow with time. */
  readonly id: string
  readonly appId: string
  readonly userId: string
  readonly providerType: ProviderType
  readonly identityId: string
  /** Whom the provider gave the token to. */
  readonly clientId: string
  readonly sealed: Uint8Array
}

/** A token that must be revoked, and how often that was tried. Milliseconds since 1970. */
export type DueToken = ProviderToken & { readonly dueSince: number; readonly tries: number }

export type ProviderTokenStore = {
  /** Keeps the token in place of older ones of the same identity of the user that nobody wants revoked. */
  put(token: ProviderToken): Promise<void>
  /** Marks the user's tokens, or those of one identity of the user, as to be revoked. */
  markUnwanted(
    whose: {
      readonly userId: string
      readonly identity?: { readonly providerType: ProviderType; readonly id: string }
    },
    at: number,
  ): Promise<void>
  /** Tokens to be revoked now, those longest due first. */
  listDue(now: number, limit: number): Promise<DueToken[]>
  /** Notes one more try, and when to try again. */
  postpone(id: string, until: number): Promise<void>
  remove(id: string): Promise<void>
}

const toToken = (document: Document): DueToken => ({
  id: fromObjectId(document._id),
  appId: fromObjectId(document.appId),
  userId: fromObjectId(document.userId),
  providerType: document.providerType,
  identityId: document.identityId,
  clientId: document.clientId,
  sealed: (document.sealed as Binary).buffer,
  dueSince: fromDate(document.dueSince),
  tries: document.tries,
})

export const openProviderTokenStore = async (database: Database): Promise<ProviderTokenStore> => {
  const tokens = database.collection('providerTokens')
  await Promise.all([
    tokens.createIndex({ userId: 1, _id: 1 }),
    tokens.createIndex(
      { dueAt: 1 },
      { name: 'due', partialFilterExpression: { dueAt: { $exists: true } } },
    ),
  ])

  return {
    put: async ({ id, appId, userId, providerType, identityId, clientId, sealed }) => {
      await tokens.insertOne({
        _id: toObjectId(id),
        appId: toObjectId(appId),
        userId: toObjectId(userId),
        providerType,
        identityId,
        clientId,
        sealed: new Binary(sealed),
      })
      await tokens.deleteMany({
        userId: toObjectId(userId),
        _id: { $lt: toObjectId(id) },
        providerType,
        identityId,
        dueAt: { $exists: false },
      })
    },
    markUnwanted: async ({ userId, identity }, at) => {
      await tokens.updateMany(
        {
          userId: toObjectId(userId),
          dueAt: { $exists: false },
          ...(identity && { providerType: identity.providerType, identityId: identity.id }),
        },
        { $set: { dueAt: toDate(at), dueSince: toDate(at), tries: 0 } },
      )
    },
    listDue: async (now, limit) => {
      const found = await tokens.find(
        { dueAt: { $lte: toDate(now) } },
        { sort: { dueAt: 1 }, limit, hint: 'due' },
      )
      return found.map(toToken)
    },
    postpone: async (id, until) => {
      await tokens.updateOne(
        { _id: toObjectId(id) },
        { $set: { dueAt: toDate(until) }, $inc: { tries: 1 } },
      )
    },
    remove: async id => {
      await tokens.deleteOne({ _id: toObjectId(id) })
    },
  }
}
