import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { UserEvent } from '../domain/user.ts'
import type { UserObject } from '../domain/user-object.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** One event on its way to one trigger. */
export type Delivery = {
  /** `<event id>:<trigger>`. */
  readonly id: string
  readonly appId: string
  /** Name of the trigger. */
  readonly trigger: string
  readonly event: UserEvent
  /** As it was when the event was taken out of the user's document. */
  readonly user: UserObject
  /** Attempts that failed. */
  readonly attempts: number
  /** Not delivered before then. Milliseconds since 1970. */
  readonly dueAt: number
}

/** A delivery that was given up. */
export type FailedDelivery = Delivery & {
  readonly failedAt: number
  /** What the last attempt ended with. */
  readonly error: string
}

export type OutboxStore = {
  /** Does nothing when the delivery is there already. */
  insert(delivery: Delivery): Promise<void>
  /** Deliveries that are due, the longest due first. */
  listDue(now: number, limit: number): Promise<Delivery[]>
  /** Puts a delivery off. */
  delay(id: string, next: Pick<Delivery, 'attempts' | 'dueAt'>): Promise<void>
  /** Gives a delivery up; it is kept for ten days, to be seen. */
  fail(id: string, last: Pick<FailedDelivery, 'attempts' | 'failedAt' | 'error'>): Promise<void>
  /** The app's deliveries that were given up, the newest first. */
  listFailed(appId: string, limit: number): Promise<FailedDelivery[]>
  remove(id: string): Promise<void>
}

const keptSeconds = 10 * 24 * 60 * 60

const fromDelivery = ({ id, appId, event, dueAt, ...rest }: Delivery): Document => ({
  ...rest,
  _id: id,
  appId: toObjectId(appId),
  event: { ...event, at: toDate(event.at) },
  dueAt: toDate(dueAt),
})

const toDelivery = ({ _id, appId, event, dueAt, failedAt, ...rest }: Document): Delivery =>
  ({
    ...rest,
    id: _id,
    appId: fromObjectId(appId),
    event: { ...event, at: fromDate(event.at) },
    dueAt: dueAt ? fromDate(dueAt) : 0,
    ...(failedAt && { failedAt: fromDate(failedAt) }),
  }) as unknown as Delivery

export const openOutboxStore = async (database: Database): Promise<OutboxStore> => {
  const outbox = database.collection('outbox')
  await Promise.all([
    outbox.createIndex({ dueAt: 1 }),
    outbox.createIndex({ appId: 1, failedAt: 1 }),
    outbox.createIndex({ failedAt: 1 }, { expireAfterSeconds: keptSeconds }),
  ])

  return {
    insert: async delivery => {
      await insertNew(outbox, fromDelivery(delivery))
    },
    listDue: async (now, limit) => {
      const found = await outbox.find(
        { dueAt: { $lte: toDate(now) } },
        { sort: { dueAt: 1 }, limit, hint: 'dueAt_1' },
      )
      return found.map(toDelivery)
    },
    delay: async (id, { attempts, dueAt }) => {
      await outbox.updateOne({ _id: id }, { $set: { attempts, dueAt: toDate(dueAt) } })
    },
    fail: async (id, { attempts, failedAt, error }) => {
      await outbox.updateOne(
        { _id: id },
        { $set: { attempts, error, failedAt: toDate(failedAt) }, $unset: { dueAt: '' } },
      )
    },
    listFailed: async (appId, limit) => {
      const found = await outbox.find(
        { appId: toObjectId(appId), failedAt: { $gt: toDate(0) } },
        { sort: { appId: 1, failedAt: -1 }, limit, hint: 'appId_1_failedAt_1' },
      )
      return found.map(document => toDelivery(document) as FailedDelivery)
    },
    remove: async id => {
      await outbox.deleteOne({ _id: id })
    },
  }
}
