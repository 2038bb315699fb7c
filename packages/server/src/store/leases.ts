import type { Database } from '../documents/documents.ts'
import { isDuplicateKey } from '../documents/error.ts'
import { toDate } from './object-id.ts'

/** A wish for a lease. Times are milliseconds. */
export type LeaseRequest = {
  readonly name: string
  /** Who asks: one word per running server. */
  readonly owner: string
  readonly now: number
  readonly forMs: number
}

export type LeaseStore = {
  /**
   * Takes or keeps the lease; resolves how far its last owner said it had come (`''` at first), or `undefined`
   * when another owner has it. Of two callers one gets it.
   */
  acquire(request: LeaseRequest): Promise<string | undefined>
  /** Gives the lease back, if it is still the owner's, with word of how far the work has come. */
  release(name: string, owner: string, progress: string): Promise<void>
}

export const openLeaseStore = async (database: Database): Promise<LeaseStore> => {
  const leases = database.collection('leases')

  return {
    acquire: async ({ name, owner, now, forMs }) => {
      try {
        const lease = await leases.findOneAndUpdate(
          { _id: name, $or: [{ owner }, { until: { $lte: toDate(now) } }] },
          { $set: { owner, until: toDate(now + forMs) }, $setOnInsert: { progress: '' } },
          { upsert: true, returnDocument: 'after' },
        )
        return lease?.progress
      } catch (error) {
        if (isDuplicateKey(error)) return undefined
        throw error
      }
    },
    release: async (name, owner, progress) => {
      await leases.updateOne({ _id: name, owner }, { $set: { until: toDate(0), progress } })
    },
  }
}
