import { fromBytes } from '../../../values/bytes.ts'
import { encodeKey } from '../../../values/key.ts'
import type { CollectionEntry, IndexEntry } from '../../catalog.ts'
import { openCursor } from '../../plan/cursor.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Step, Task, Writer } from '../writer.ts'

const earliest = new Date(-8_640_000_000_000_000)

/** Keys of dates that are as old as the index allows. */
const expiredPlan = (index: IndexEntry, now: number): Plan => {
  const field = index.fields[0] ?? ''
  const direction = index.key[field] ?? 1
  const threshold = new Date(now - (index.expireAfterSeconds ?? 0) * 1000)
  const ends = [earliest, threshold].map(date => encodeKey([date], [direction]))
  const [low, last] = direction === 1 ? ends : ends.toReversed()
  return {
    kind: 'index',
    index,
    ranges: [
      { low: low as Uint8Array, high: Buffer.concat([last as Uint8Array, new Uint8Array(1)]) },
    ],
    isReverse: false,
    isSorted: false,
    isWhole: false,
    isPoint: false,
    isExact: false,
  }
}

const expireIn = function* (
  { state, rows, budget }: Writer,
  collection: CollectionEntry,
  plan: Plan,
): Step<number> {
  const cursor = openCursor(state.connection, collection, plan)
  let deleted = 0
  for (let row = cursor.next(); row !== undefined; row = cursor.next()) {
    cursor.pause()
    const current = state.find(collection.database, collection.name)
    if (current?.id !== collection.id) return deleted
    rows.remove(current, { rid: row.rid, bytes: row.doc, doc: fromBytes(row.doc) })
    deleted += 1
    if (budget.spend()) yield
  }
  return deleted
}

/** Deletes every document whose date lies further back than its expiring index allows. */
export const expireDocuments = function* (writer: Writer, { now }: { now: number }): Task {
  let deleted = 0
  for (const collection of [...writer.state.catalog().collections.values()]) {
    for (const index of collection.indexes) {
      if (index.expireAfterSeconds === undefined) continue
      deleted += yield* expireIn(writer, collection, expiredPlan(index, now))
    }
  }
  while (writer.changes.trim()) if (writer.budget.isOver()) yield
  return { deleted }
}
