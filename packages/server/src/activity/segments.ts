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

/** Entries that a crash may leave uncounted: about as many writes are saved. */
const mostUnwritten = 100

/** Each process counts in segments of its own, of about `size` entries. */
export const openSegments = (database: Database, size: number): Segments => {
  const segments = database.collection('segments')
  let current: { readonly id: string; count: number; unwritten: number } | undefined

  const write = async (segment: NonNullable<typeof current>): Promise<void> => {
    const count = segment.unwritten
    segment.unwritten = 0
    const _id = toObjectId(segment.id)
    await segments.updateOne({ _id }, { $inc: { count } }, { upsert: true })
  }

  return {
    add: async (firstId, count) => {
      const before = current
      if (!before || before.count >= size) current = { id: firstId, count: 0, unwritten: 0 }
      const segment = current as NonNullable<typeof current>
      segment.count += count
      segment.unwritten += count
      if (before !== segment && before && before.unwritten > 0) await write(before)
      if (segment.unwritten >= Math.min(size, mostUnwritten)) await write(segment)
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
