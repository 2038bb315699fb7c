import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { Identity, User, UserEvent } from '../domain/user.ts'
import { insertNew } from './insert-new.ts'
import { fromObjectId, toDate, toObjectId } from './object-id.ts'
import { emailFields, fromUser, toUser } from './user-document.ts'
import { openUserEvents, pushEvents, type UserEventStore } from './user-events.ts'
import { openUserIdentities, type UserIdentityStore } from './user-identities.ts'
import { createUserIndexes } from './user-search/indexes.ts'
import { openUserWalks, type UserWalks } from './user-search/walk.ts'

/** A log-in, with the events still to be delivered. */
type Login = {
  readonly at: number
  readonly events: readonly UserEvent[]
  /** The user must have it. */
  readonly identity?: Pick<Identity, 'providerType' | 'id'>
  /** True when it takes back that the user is to be deleted; without it such a user is not let in. */
  readonly restores?: boolean
}

/** What a provider says of an identity, and the user's known e-mail addresses if that changes them. */
export type IdentityData = Pick<Identity, 'providerType' | 'id' | 'data'> & {
  readonly emails?: readonly string[] | undefined
}

export type UserStore = UserIdentityStore &
  UserEventStore &
  UserWalks & {
    /** Adds a user with the events still to be delivered. Resolves `false` when the id is taken. */
    insert(user: User, events: readonly UserEvent[]): Promise<boolean>
    findById(id: string): Promise<User | undefined>
    /** Those of the ids that are users, in no order. */
    listExisting(ids: readonly string[]): Promise<string[]>
    /** Those of the users who are there, and neither disabled, being deleted nor to be deleted. */
    listActive(ids: readonly string[]): Promise<string[]>
    /** The app's users by id, after the id given; those being deleted too. */
    listByApp(appId: string, page: { after: string | undefined; limit: number }): Promise<User[]>
    /** How many users the app has, those being deleted too. */
    count(appId: string): Promise<number>
    /**
     * Notes a log-in, in the same write what the provider says of the identity now, if that is given. Resolves `false`,
     * writing nothing, when the user is gone, disabled, being deleted or to be deleted, or lacks the identity.
     */
    recordLogin(id: string, login: Login, changed?: IdentityData): Promise<boolean>
    recordSeen(id: string, at: number): Promise<void>
    /** Resolves `false` when there is no such user. */
    setDisabled(id: string, disabled: boolean): Promise<boolean>
    /** Notes when the user is to be deleted, once. Resolves `false` when it was noted, or the user is gone. */
    markLeaving(id: string, deletesAt: number): Promise<boolean>
    /** Takes that back. Resolves `false` when there was nothing to take back. */
    restore(id: string): Promise<boolean>
    /** `markDeleting` for a user whose time is up; else nothing happens. */
    markLeft(id: string, now: number, events: readonly UserEvent[]): Promise<boolean>
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

const isStaying = { deleting: { $exists: false }, deletesAt: { $exists: false } }

/** From then on the user is on the list of deletes, and no longer on that of anonymous users. */
const deletion = (events: readonly UserEvent[]): Document => {
  const { $set, ...push } = pushEvents(events)
  return { $set: { deleting: true, ...$set }, $unset: { anonymous: '', deletesAt: '' }, ...push }
}

const ids = (documents: readonly Document[]): string[] =>
  documents.map(document => fromObjectId(document._id))

const openUserReads = (
  users: ReturnType<Database['collection']>,
): Pick<
  UserStore,
  | 'findById'
  | 'listExisting'
  | 'listActive'
  | 'listByApp'
  | 'count'
  | 'listDeleting'
  | 'listUnusedAnonymous'
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
        { _id: { $in: wanted.map(toObjectId) }, disabled: false, ...isStaying },
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
  count: appId => users.countDocuments({ appId: toObjectId(appId) }),
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

/** What ends a user: each is one write. */
const openUserMarks = (
  users: ReturnType<Database['collection']>,
  told: (events: readonly UserEvent[]) => void,
): Pick<UserStore, 'markLeaving' | 'restore' | 'markLeft' | 'markDeleting' | 'markUnused'> => {
  const change = async (id: string, filter: Document, update: Document): Promise<boolean> => {
    const user = { _id: toObjectId(id), deleting: { $exists: false } }
    const { matchedCount } = await users.updateOne({ ...user, ...filter }, update)
    return matchedCount === 1
  }
  const end = async (id: string, filter: Document, events: readonly UserEvent[]) => {
    const isMarked = await change(id, filter, deletion(events))
    if (isMarked) told(events)
    return isMarked
  }
  return {
    markLeaving: (id, deletesAt) =>
      change(id, { deletesAt: { $exists: false } }, { $set: { deletesAt: toDate(deletesAt) } }),
    restore: id => change(id, { deletesAt: { $exists: true } }, { $unset: { deletesAt: '' } }),
    markLeft: (id, now, events) => end(id, { deletesAt: { $lte: toDate(now) } }, events),
    markDeleting: (id, events) => end(id, {}, events),
    markUnused: (id, before, events) =>
      end(id, { anonymous: true, lastSeenAt: { $lt: toDate(before) } }, events),
  }
}

export const openUserStore = async (database: Database): Promise<UserStore> => {
  const users = database.collection('users')
  await Promise.all([
    createUserIndexes(users),
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
    ...openUserWalks(users),
    ...openUserMarks(users, told),
    ...part,
    ...(await openUserIdentities(users)),
    insert: async (user, events) => {
      const isNew = await insertNew(users, fromUser(user, events))
      if (isNew) told(events)
      return isNew
    },
    recordLogin: async (id, { at, events, identity, restores = false }, changed) => {
      const login = { lastLoginAt: toDate(at), lastSeenAt: toDate(at) }
      const { $set, ...push } = pushEvents(events)
      const data = changed && { 'identities.$[known].data': changed.data }
      const emails = changed?.emails
      const unset = {
        ...(restores && { deletesAt: '' }),
        ...(emails && emails.length < 1 && { email: '' }),
        ...(emails && emails.length < 2 && { otherEmail: '' }),
      }
      const { matchedCount } = await users.updateOne(
        {
          _id: toObjectId(id),
          disabled: false,
          ...(restores ? { deleting: { $exists: false } } : isStaying),
          ...(identity && { identities: { $elemMatch: identity } }),
        },
        {
          $set: { ...login, ...data, ...emailFields(emails ?? []), ...$set },
          ...(Object.keys(unset).length > 0 && { $unset: unset }),
          ...push,
        },
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
    remove: async id => {
      const gone = await users.deleteOne({ _id: toObjectId(id), hasEvents: { $exists: false } })
      if (gone.deletedCount === 1) return true
      return (await users.findOne({ _id: toObjectId(id) })) === undefined
    },
  }
}
