import type { Document } from 'bson'
import type { Sort } from '../../../documents.ts'
import { compileFilter, type Matcher } from '../../query/matcher.ts'
import { compileSort } from '../../query/sort.ts'
import { fromBytes } from '../../values/bytes.ts'
import { typeName } from '../../values/compare.ts'
import type { CollectionEntry } from '../catalog.ts'
import { type Cursor, needsSort, openCursor } from '../plan/cursor.ts'
import { type Plan, planRead } from '../plan/plan.ts'
import type { Stored } from './rows.ts'
import type { Step, Writer } from './writer.ts'

export type Target = Stored & {
  /** Index of the array element that the filter matched. */
  readonly position: number | undefined
}

export type TargetRequest = {
  readonly filter: Document
  readonly sort?: Sort | undefined
}

/** Documents that match, one by one. Other writes may come between two of them. */
type Targets = { next(): Step<Target | undefined>; pause(): void }

/** Documents read before the first of them is changed: stopping the cursor for each costs a sixth of an update. */
const readAhead = 20
const readAheadBytes = 32_768

const toTarget = (matcher: Matcher, stored: Stored): Target | undefined =>
  matcher.matches(stored.doc) ? { ...stored, position: matcher.position(stored.doc) } : undefined

const walkPlan = (
  { state, budget }: Writer,
  collection: CollectionEntry,
  { plan, matcher }: { plan: Plan; matcher: Matcher },
): Targets => {
  const cursor = openCursor(state.connection, collection, plan)

  const next = function* (): Step<Target | undefined> {
    for (;;) {
      const row = cursor.next()
      if (row === undefined) return undefined
      const target = toTarget(matcher, {
        rid: row.rid,
        bytes: row.doc,
        doc: fromBytes(row.doc),
      })
      if (target !== undefined) return target
      if (budget.isOver()) {
        cursor.pause()
        yield
      }
    }
  }

  return { next, pause: cursor.pause }
}

/** The next few documents that match, and whether they are the last, with the cursor let go of. */
const readFew = (
  { budget }: Writer,
  cursor: Cursor,
  matcher: Matcher,
): { readonly few: readonly Target[]; readonly isEnd: boolean } => {
  const few: Target[] = []
  let bytes = 0
  let isEnd = false
  while (!isEnd && few.length < readAhead && bytes < readAheadBytes) {
    const row = cursor.next()
    isEnd = row === undefined
    if (row === undefined) break
    const { rid, doc } = row
    const target = toTarget(matcher, { rid, bytes: doc, doc: fromBytes(doc) })
    if (target !== undefined) few.push(target)
    bytes += doc.length
    if (budget.isOver()) break
  }
  cursor.pause()
  return { few, isEnd }
}

const findFirst = function* (
  targets: Targets,
  compare: ((left: Document, right: Document) => number) | undefined,
): Step<Target | undefined> {
  let best: Target | undefined
  for (;;) {
    const target = yield* targets.next()
    if (target === undefined || compare === undefined) return target ?? best
    if (best === undefined || compare(target.doc, best.doc) < 0) best = target
  }
}

const idTypes: ReadonlySet<string> = new Set(['objectId', 'string', 'int', 'long'])

/** The matching document that comes first in the order asked for, as it is at the moment of the answer. */
export const findTarget = function* (
  writer: Writer,
  collection: CollectionEntry,
  { filter, sort }: TargetRequest,
): Step<Target | undefined> {
  const matcher = compileFilter(filter)
  if (idTypes.has(typeName(filter._id))) {
    const stored = writer.rows.readById(collection, filter._id)
    return stored && toTarget(matcher, stored)
  }
  const plan = planRead(collection, { filter, sort })
  const compare = needsSort(plan, sort) ? compileSort(sort ?? {}) : undefined
  for (;;) {
    const targets = walkPlan(writer, collection, { plan, matcher })
    try {
      const target = yield* findFirst(targets, compare)
      if (target === undefined || compare === undefined) return target
      const stored = writer.rows.read(collection, target.rid)
      const current = stored && toTarget(matcher, stored)
      if (current !== undefined) return current
    } finally {
      targets.pause()
    }
  }
}

const collectRids = function* (
  { state, budget }: Writer,
  collection: CollectionEntry,
  plan: Plan,
): Step<number[]> {
  const cursor = openCursor(state.connection, collection, plan)
  const found: number[] = []
  try {
    for (let row = cursor.next(); row !== undefined; row = cursor.next()) {
      found.push(row.rid)
      if (!budget.isOver()) continue
      cursor.pause()
      yield
    }
  } finally {
    cursor.pause()
  }
  return found
}

/**
 * Calls `visit` once for each matching document. What an index leads to is listed before the first call, so
 * that a change which moves a document within that index does not bring it up a second time.
 */
export const forEachTarget = function* (
  writer: Writer,
  collection: CollectionEntry,
  { filter, visit }: { filter: Document; visit: (target: Target) => void },
): Step<void> {
  const plan = planRead(collection, { filter })
  const matcher = compileFilter(filter)

  const current = (rid: number): Target | undefined => {
    const stored = writer.rows.read(collection, rid)
    return stored && toTarget(matcher, stored)
  }

  const visitAll = function* (): Step<void> {
    const cursor = openCursor(writer.state.connection, collection, plan)
    for (let isEnd = false; !isEnd; ) {
      const read = readFew(writer, cursor, matcher)
      isEnd = read.isEnd
      let isFresh = true
      for (const known of read.few) {
        const target = isFresh ? known : current(known.rid)
        if (target === undefined) continue
        visit(target)
        if (!writer.budget.spend()) continue
        yield
        isFresh = false
      }
      if (writer.budget.isOver()) yield
    }
  }

  if (plan.kind === 'all') return yield* visitAll()
  for (const rid of yield* collectRids(writer, collection, plan)) {
    const target = current(rid)
    if (target === undefined) continue
    visit(target)
    if (writer.budget.spend()) yield
  }
}
