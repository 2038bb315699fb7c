import type { Database } from '../documents/documents.ts'
import { fromObjectId, toObjectId } from '../store/object-id.ts'

/** How many entries there are, counted where they are written, so that nothing has to be scanned. */
export type Segments = {
  /** Counts entries that were written. `firstId` is the lowest of their ids. */
  add(firstId: string, count: number): Promise<void>
  /** The id before which entries have to go so that about `most` stay; `undefined` when there are not more. */
  boundary(most: number): Promise<string | undefined>
  removeBefore(id: string): Promise<void>
}

/** Each process counts in segments of its own, of about `size` entries. */
export const openSegments = (database: Database, size: number): Segments => {
  const segments = database.collection('segments')
  let current: { readonly id: string; count: number } | undefined

  return {
    add: async (firstId, count) => {
      if (!current || current.count >= size) current = { id: firstId, count: 0 }
      current.count += count
      await segments.updateOne(
        { _id: toObjectId(current.id) },
        { $inc: { count } },
        { upsert: true },
      )
    },
    boundary: async most => {
      const newestFirst = await segments.find({}, { sort: { _id: -1 }, hint: '_id_' })
      let sum = 0
      let oldestKept: string | undefined
      for (const { _id, count } of newestFirst) {
        sum += count
        if (sum > most) return oldestKept
        oldestKept = fromObjectId(_id)
      }
      return undefined
    },
    removeBefore: async id => {
      await segments.deleteMany({ _id: { $lt: toObjectId(id) } })
    },
  }
}
