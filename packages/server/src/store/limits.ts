import type { Database } from '../documents/documents.ts'
import { fromDate, toDate } from './object-id.ts'

/** Failures counted under one key. `lastAt` is milliseconds since 1970. */
export type FailureCount = { readonly count: number; readonly lastAt: number }

export type LimitStore = {
  /** What was counted under which of the keys and is not forgotten yet. */
  find(keys: readonly string[], now: number): Promise<ReadonlyMap<string, FailureCount>>
  /** Counts one more, starting from one when the count before was forgotten. Nothing is lost under two callers. */
  increment(key: string, now: number, forgetAfterMs: number): Promise<void>
  remove(key: string): Promise<void>
}

export const openLimitStore = async (database: Database): Promise<LimitStore> => {
  const limits = database.collection('limits')
  await limits.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 })

  return {
    find: async (keys, now) => {
      const found = await limits.find({ _id: { $in: keys } }, { hint: '_id_' })
      const alive = found.filter(({ expiresAt }) => fromDate(expiresAt) > now)
      return new Map(
        alive.map(({ _id, count, lastAt }) => [_id, { count, lastAt: fromDate(lastAt) }]),
      )
    },
    increment: async (key, now, forgetAfterMs) => {
      const isFresh = { $gt: ['$expiresAt', toDate(now)] }
      await limits.updateOne(
        { _id: key },
        [
          {
            $set: {
              count: { $cond: [isFresh, { $add: ['$count', 1] }, 1] },
              lastAt: toDate(now),
              expiresAt: toDate(now + forgetAfterMs),
            },
          },
        ],
        { upsert: true },
      )
    },
    remove: async key => {
      await limits.deleteOne({ _id: key })
    },
  }
}
