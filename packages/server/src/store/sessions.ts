import type { ProviderType } from '@regent/protocol'
import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { Session } from '../domain/session.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** What a session was begun with. */
export type SessionIdentity = { readonly providerType: ProviderType; readonly id: string }

/** Which of a user's sessions end. */
export type SessionChoice = {
  /** All but this one. */
  readonly except?: string | undefined
  /** Those begun then or before, milliseconds since 1970. */
  readonly until?: number
}

/** Which sessions ended: one, or some of a user's. */
export type EndedSessions = { readonly sessionId: string } | { readonly userId: string }

/** Sessions that are alive; one that ended is gone. */
export type SessionStore = {
  insert(session: Session): Promise<void>
  findById(id: string): Promise<Session | undefined>
  /** The user's sessions, oldest first. */
  listByUser(userId: string): Promise<Session[]>
  /** The user's sessions, newest first. */
  listNewest(userId: string, limit: number): Promise<Session[]>
  recordUse(id: string, at: number): Promise<void>
  setExpiry(id: string, expiresAt: number): Promise<void>
  /** Resolves `false` when there is no such session. */
  remove(id: string): Promise<boolean>
  /** All sessions of the user, unless something else is said. */
  removeByUser(userId: string, choice?: SessionChoice): Promise<void>
  /** The user's sessions that were begun with the identity. */
  removeByIdentity(userId: string, identity: SessionIdentity): Promise<void>
  removeExpired(now: number): Promise<void>
  /** Those of the sessions that are there and have not expired. */
  listAlive(ids: readonly string[], now: number): Promise<string[]>
  /** True when the app has a session that was begun before that. */
  hasOlder(appId: string, before: number): Promise<boolean>
  /** Calls back when this process has ended sessions before they expired. Answers how to stop that. */
  onEnded(listener: (ended: EndedSessions) => void): () => void
}

const toSession = (document: Document): Session => ({
  id: fromObjectId(document._id),
  appId: fromObjectId(document.appId),
  userId: fromObjectId(document.userId),
  deviceId: fromObjectId(document.deviceId),
  providerType: document.providerType,
  providerId: document.providerId,
  identityId: document.identityId,
  createdAt: fromDate(document.createdAt),
  lastUsedAt: fromDate(document.lastUsedAt),
  expiresAt: document.expiresAt && fromDate(document.expiresAt),
})

/** The lowest ObjectId of the second after a time. */
const idAt = (ms: number): string =>
  `${(Math.floor(ms / 1000) + 1).toString(16).padStart(8, '0')}${'0'.repeat(16)}`

const fromSession = (session: Session): Document => ({
  _id: toObjectId(session.id),
  appId: toObjectId(session.appId),
  userId: toObjectId(session.userId),
  deviceId: toObjectId(session.deviceId),
  providerType: session.providerType,
  providerId: session.providerId,
  identityId: session.identityId,
  createdAt: toDate(session.createdAt),
  lastUsedAt: toDate(session.lastUsedAt),
  ...(session.expiresAt !== undefined && { expiresAt: toDate(session.expiresAt) }),
})

export const openSessionStore = async (database: Database): Promise<SessionStore> => {
  const sessions = database.collection('sessions')
  await Promise.all([
    sessions.createIndex({ userId: 1, _id: 1 }),
    sessions.createIndex(
      { expiresAt: 1 },
      { partialFilterExpression: { expiresAt: { $exists: true } } },
    ),
  ])

  const listeners = new Set<(ended: EndedSessions) => void>()
  const tell = (ended: EndedSessions): void => {
    for (const listener of listeners) listener(ended)
  }

  return {
    insert: async session => {
      await sessions.insertOne(fromSession(session))
    },
    findById: async id => {
      const found = await sessions.findOne({ _id: toObjectId(id) })
      return found && toSession(found)
    },
    listByUser: async userId => {
      const found = await sessions.find(
        { userId: toObjectId(userId) },
        { sort: { userId: 1, _id: 1 }, hint: 'userId_1__id_1' },
      )
      return found.map(toSession)
    },
    listNewest: async (userId, limit) => {
      const found = await sessions.find(
        { userId: toObjectId(userId) },
        { sort: { userId: -1, _id: -1 }, limit, hint: 'userId_1__id_1' },
      )
      return found.map(toSession)
    },
    recordUse: async (id, at) => {
      await sessions.updateOne({ _id: toObjectId(id) }, { $max: { lastUsedAt: toDate(at) } })
    },
    setExpiry: async (id, expiresAt) => {
      await sessions.updateOne({ _id: toObjectId(id) }, { $set: { expiresAt: toDate(expiresAt) } })
    },
    remove: async id => {
      const { deletedCount } = await sessions.deleteOne({ _id: toObjectId(id) })
      tell({ sessionId: id })
      return deletedCount === 1
    },
    removeByUser: async (userId, { except, until } = {}) => {
      await sessions.deleteMany({
        userId: toObjectId(userId),
        ...(except !== undefined && { _id: { $ne: toObjectId(except) } }),
        ...(until !== undefined && { createdAt: { $lte: toDate(until) } }),
      })
      tell({ userId })
    },
    removeByIdentity: async (userId, { providerType, id }) => {
      await sessions.deleteMany({ userId: toObjectId(userId), providerType, identityId: id })
      tell({ userId })
    },
    removeExpired: async now => {
      await sessions.deleteMany({ expiresAt: { $lt: toDate(now) } })
    },
    listAlive: async (ids, now) => {
      const found = await sessions.find(
        { _id: { $in: ids.map(toObjectId) } },
        { projection: { expiresAt: 1 }, hint: '_id_' },
      )
      return found
        .filter(({ expiresAt }) => expiresAt === undefined || fromDate(expiresAt) > now)
        .map(({ _id }) => fromObjectId(_id))
    },
    hasOlder: async (appId, before) => {
      const found = await sessions.find(
        {
          _id: { $lt: toObjectId(idAt(before)) },
          appId: toObjectId(appId),
          createdAt: { $lt: toDate(before) },
        },
        { sort: { _id: 1 }, limit: 1, projection: { _id: 1 }, hint: '_id_' },
      )
      return found.length > 0
    },
    onEnded: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
