import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { type Identity, isAnonymous, type User, type UserEvent } from '../domain/user.ts'
import { insertNew } from './insert-new.ts'
import { fromObjectId, toDate, toObjectId } from './object-id.ts'
import { fromIdentity, toUser } from './user-document.ts'
import { fromEvent, openUserEvents, pushEvents, type UserEventStore } from './user-events.ts'
import { openUserIdentities, type UserIdentityStore } from './user-identities.ts'

/** A log-in, with the events still to be delivered. */
type Login = {
  readonly at: number
  readonly events: readonly UserEvent[]
  /** The user must have it. */
  readonly identity?: Pick<Identity, 'providerType' | 'id'>
}

/** What a provider says of an identity. */
export type IdentityData = Pick<Identity, 'providerType' | 'id' | 'data'>

export type UserStore = UserIdentityStore &
  UserEventStore & {
    /** Adds a user with the events still to be delivered. Resolves `false` when the id is taken. */
    insert(user: User, events: readonly UserEvent[]): Promise<boolean>
    findById(id: string): Promise<User | undefined>
    /** Those of the ids that are users, in no order. */
    listExisting(ids: readonly string[]): Promise<string[]>
    /** Those of the users who are there, and neither disabled nor being deleted. */
    listActive(ids: readonly string[]): Promise<string[]>
    /** The app's users by id (so by age), after the id given. */
    listByApp(appId: string, page: { after: string | undefined; limit: number }): Promise<User[]>
    /**
     * Notes a log-in, in the same write what the provider says of the identity now, if that is given. Resolves `false`,
     * writing nothing, when the user is gone, disabled or being deleted, or lacks the identity.
     */
    recordLogin(id: string, login: Login, changed?: IdentityData): Promise<boolean>
    recordSeen(id: string, at: number): Promise<void>
    /** Resolves `false` when there is no such user. */
    setDisabled(id: string, disabled: boolean): Promise<boolean>
    /** Marks the user as being deleted, with its last events, once. Resolves `false` when it was, or is gone. */
    markDeleting(id: string, events: readonly UserEvent[]): Promise<boolean>
    /** `markDeleting` for a user who is anonymous still and was not seen since; else nothing happens. */
    markUnused(id: string, before: number, events: readonly UserEvent[]): Promise<boolean>
    /** Ids of users being deleted, oldest first. */
    listDeleting(limit: number): Promise<string[]>
    /** Ids of the app's anonymous users not seen since, longest unseen first. */
    listUnusedAnonymous(appId: string, before: number, limit: number): Promise<string[]>
    /** Resolves `false`, removing nothing, while events of the user wait to be moved. */
    remove(id: string): Promise<boolean>
  }

/** `deleting` and `anonymous` are there only when true: that keeps their partial indexes small. */
const fromUser = (user: User, events: readonly UserEvent[]): Document => ({
  _id: toObjectId(user.id),
  appId: toObjectId(user.appId),
  type: user.type,
  identities: user.identities.map(fromIdentity),
  disabled: user.disabled,
  createdAt: toDate(user.createdAt),
  lastLoginAt: toDate(user.lastLoginAt),
  lastSeenAt: toDate(user.lastSeenAt),
  ...(events.length > 0 && { events: events.map(fromEvent), hasEvents: true }),
  ...(isAnonymous(user) && { anonymous: true }),
})

/** From then on the user is on the list of deletes, and no longer on that of anonymous users. */
const deletion = (events: readonly UserEvent[]): Document => {
  const { $set, ...push } = pushEvents(events)
  return { $set: { deleting: true, ...$set }, $unset: { anonymous: '' }, ...push }
}

const ids = (documents: readonly Document[]): string[] =>
  documents.map(document => fromObjectId(document._id))

const openUserReads = (
  users: ReturnType<Database['collection']>,
): Pick<
  UserStore,
  'findById' | 'listExisting' | 'listActive' | 'listByApp' | 'listDeleting' | 'listUnusedAnonymous'
> => ({
  findById: async id => {
    const found = await users.findOne({ _id: toObjectId(id) })
    return found && toUser(found)
  },
  listExisting: async wanted =>
    ids(
      await users.find(
        { _id: { $in: wanted.map(toObjectId) } },
        { projection: { _id: 1 }, hint: '_id_' },
      ),
    ),
  listActive: async wanted =>
    ids(
      await users.find(
        { _id: { $in: wanted.map(toObjectId) }, disabled: false, deleting: { $exists: false } },
        { projection: { _id: 1 }, hint: '_id_' },
      ),
    ),
  listByApp: async (appId, { after, limit }) => {
    const found = await users.find(
      { appId: toObjectId(appId), ...(after && { _id: { $gt: toObjectId(after) } }) },
      { sort: { appId: 1, _id: 1 }, limit, hint: 'appId_1__id_1' },
    )
    return found.map(toUser)
  },
  listDeleting: async limit =>
    ids(
      await users.find(
        { deleting: true },
        { sort: { deleting: 1, _id: 1 }, limit, projection: { _id: 1 }, hint: 'deleting' },
      ),
    ),
  listUnusedAnonymous: async (appId, before, limit) =>
    ids(
      await users.find(
        { appId: toObjectId(appId), anonymous: true, lastSeenAt: { $lt: toDate(before) } },
        {
          sort: { appId: 1, lastSeenAt: 1 },
          limit,
          projection: { _id: 1 },
          hint: 'anonymous',
        },
      ),
    ),
})

export const openUserStore = async (database: Database): Promise<UserStore> => {
  const users = database.collection('users')
  await Promise.all([
    users.createIndex({ appId: 1, _id: 1 }),
    users.createIndex(
      { deleting: 1, _id: 1 },
      { name: 'deleting', partialFilterExpression: { deleting: true } },
    ),
    users.createIndex(
      { appId: 1, lastSeenAt: 1 },
      { name: 'anonymous', partialFilterExpression: { anonymous: true } },
    ),
  ])

  const { part, told } = await openUserEvents(users)

  return {
    ...openUserReads(users),
    ...part,
    ...(await openUserIdentities(users)),
    insert: async (user, events) => {
      const isNew = await insertNew(users, fromUser(user, events))
      if (isNew) told(events)
      return isNew
    },
    recordLogin: async (id, { at, events, identity }, changed) => {
      const login = { lastLoginAt: toDate(at), lastSeenAt: toDate(at) }
      const { $set, ...push } = pushEvents(events)
      const data = changed && { 'identities.$[known].data': changed.data }
      const { matchedCount } = await users.updateOne(
        {
          _id: toObjectId(id),
          disabled: false,
          deleting: { $exists: false },
          ...(identity && { identities: { $elemMatch: identity } }),
        },
        { $set: { ...login, ...data, ...$set }, ...push },
        changed && {
          arrayFilters: [{ 'known.providerType': changed.providerType, 'known.id': changed.id }],
        },
      )
      if (matchedCount === 1) told(events)
      return matchedCount === 1
    },
    recordSeen: async (id, at) => {
      await users.updateOne({ _id: toObjectId(id) }, { $max: { lastSeenAt: toDate(at) } })
    },
    setDisabled: async (id, disabled) => {
      const { matchedCount } = await users.updateOne(
        { _id: toObjectId(id) },
        { $set: { disabled } },
      )
      return matchedCount === 1
    },
    markDeleting: async (id, events) => {
      const { matchedCount } = await users.updateOne(
        { _id: toObjectId(id), deleting: { $exists: false } },
        deletion(events),
      )
      if (matchedCount === 1) told(events)
      return matchedCount === 1
    },
    markUnused: async (id, before, events) => {
      const { matchedCount } = await users.updateOne(
        {
          _id: toObjectId(id),
          deleting: { $exists: false },
          anonymous: true,
          lastSeenAt: { $lt: toDate(before) },
        },
        deletion(events),
      )
      if (matchedCount === 1) told(events)
      return matchedCount === 1
    },
    remove: async id => {
      const gone = await users.deleteOne({ _id: toObjectId(id), hasEvents: { $exists: false } })
      if (gone.deletedCount === 1) return true
      return (await users.findOne({ _id: toObjectId(id) })) === undefined
    },
  }
}
