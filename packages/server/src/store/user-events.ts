import type { Document } from 'bson'
import type { Collection } from '../documents/documents.ts'
import type { User, UserEvent } from '../domain/user.ts'
import { fromDate, fromObjectId, toObjectId } from './object-id.ts'
import { fromEvent, toUser } from './user-document.ts'

/** Events that wait in their users' documents, where the write that made them put them. */
export type UserEventStore = {
  /** Ids of users with events that wait, in no order that matters. */
  listWithEvents(limit: number): Promise<string[]>
  /** The user with the events that wait, oldest first; `undefined` when the user is gone. */
  findWithEvents(id: string): Promise<{ user: User; events: UserEvent[] } | undefined>
  /** Drops events that were moved; those that came since stay. */
  dropEvents(id: string, eventIds: readonly string[]): Promise<void>
  /** Calls back whenever this process wrote an event. */
  onEvents(listener: () => void): void
}

const toEvent = (event: Document): UserEvent =>
  ({ ...event, at: fromDate(event.at) }) as unknown as UserEvent

/** The parts of an update that add the events, and with them put the user on the list of those who have any. */
export const pushEvents = (events: readonly UserEvent[]): Document =>
  events.length === 0
    ? {}
    : { $set: { hasEvents: true }, $push: { events: { $each: events.map(fromEvent) } } }

/** One write, so that a user without events is never on the list of those who have some. */
const withoutEvents = (eventIds: readonly string[]): Document[] => {
  const isKept = { $not: [{ $in: ['$$event.id', [...eventIds]] }] }
  const kept = { $filter: { input: { $ifNull: ['$events', []] }, as: 'event', cond: isKept } }
  const ifAny = (value: unknown) => ({ $cond: [{ $eq: ['$events', []] }, '$$REMOVE', value] })
  return [
    { $set: { events: kept } },
    { $set: { events: ifAny('$events'), hasEvents: ifAny(true) } },
  ]
}

/** The store's part, and `told`, to be called with events that were written. */
export const openUserEvents = async (
  users: Collection,
): Promise<{ part: UserEventStore; told: (events: readonly UserEvent[]) => void }> => {
  await users.createIndex(
    { hasEvents: 1, _id: 1 },
    { name: 'events', partialFilterExpression: { hasEvents: true } },
  )
  const listeners: (() => void)[] = []

  const part: UserEventStore = {
    listWithEvents: async limit => {
      const found = await users.find(
        { hasEvents: true },
        { sort: { hasEvents: 1, _id: 1 }, limit, projection: { _id: 1 }, hint: 'events' },
      )
      return found.map(({ _id }) => fromObjectId(_id))
    },
    findWithEvents: async id => {
      const found = await users.findOne({ _id: toObjectId(id) })
      return found && { user: toUser(found), events: (found.events ?? []).map(toEvent) }
    },
    dropEvents: async (id, eventIds) => {
      const { matchedCount } = await users.updateOne(
        {
          _id: toObjectId(id),
          events: { $size: eventIds.length },
          'events.id': { $all: [...eventIds] },
        },
        { $unset: { events: '', hasEvents: '' } },
      )
      if (matchedCount === 1) return
      await users.updateOne({ _id: toObjectId(id) }, withoutEvents(eventIds))
    },
    onEvents: listener => {
      listeners.push(listener)
    },
  }
  return {
    part,
    told: events => {
      if (events.length > 0) for (const listener of listeners) listener()
    },
  }
}
