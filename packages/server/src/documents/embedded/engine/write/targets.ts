import type { Document } from 'bson'
import type { Sort } from '../../../documents.ts'
import { compileFilter, type Matcher } from '../../query/matcher.ts'
import { compileSort } from '../../query/sort.ts'
import { fromBytes } from '../../values/bytes.ts'
import type { CollectionEntry } from '../catalog.ts'
import { needsSort, openCursor } from '../plan/cursor.ts'
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

/** The matching document that comes first in the order asked for, as it is at the moment of the answer. */
export const findTarget = function* (
  writer: Writer,
  collection: CollectionEntry,
  { filter, sort }: TargetRequest,
): Step<Target | undefined> {
  const plan = planRead(collection, { filter, sort })
  const matcher = compileFilter(filter)
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

  if (plan.kind === 'all') {
    const targets = walkPlan(writer, collection, { plan, matcher })
    for (;;) {
      const target = yield* targets.next()
      targets.pause()
      if (target === undefined) return
      visit(target)
      if (writer.budget.spend()) yield
    }
  }

  for (const rid of yield* collectRids(writer, collection, plan)) {
    const stored = writer.rows.read(collection, rid)
    const target = stored && toTarget(matcher, stored)
    if (target === undefined) continue
    visit(target)
    if (writer.budget.spend()) yield
  }
}
