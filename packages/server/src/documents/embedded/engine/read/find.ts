import type { Document } from 'bson'
import type { Sort } from '../../../documents.ts'
import { compileFilter, type Matcher } from '../../query/matcher.ts'
import { compileProjection } from '../../query/project.ts'
import { compileSort } from '../../query/sort.ts'
import { fromBytes, toBytes } from '../../values/bytes.ts'
import type { CollectionEntry } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import type { KeyRange } from '../plan/bounds.ts'
import { needsSort, openCursor } from '../plan/cursor.ts'
import { type Plan, planRead } from '../plan/plan.ts'
import type { Meter } from './meter.ts'

export type FindRequest = {
  readonly filter: Document
  readonly projection?: Document | undefined
  readonly sort?: Sort | undefined
  readonly skip: number
  /** 0 means all. */
  readonly limit: number
  readonly hint?: string | undefined
}

export type Found = { readonly doc: Document; readonly bytes: Uint8Array }

export type Source = {
  readonly connection: Connection
  readonly collection: CollectionEntry
  readonly meter: Meter
}

type IndexPlan = Extract<Plan, { kind: 'index' }>

type Match = {
  readonly bytes: Uint8Array
  readonly matcher: Matcher
  /** Absent where nothing had to look into it. */
  readonly doc?: Document
}

/** Documents that match, in the plan's order. */
const matches = function* (source: Source, filter: Document, plan: Plan): Generator<Match> {
  const matcher = compileFilter(filter)
  const isExact = plan.kind === 'index' && plan.isExact
  const cursor = openCursor(source.connection, source.collection, plan)
  try {
    for (let row = cursor.next(); row !== undefined; row = cursor.next()) {
      source.meter.examined(1)
      if (isExact) {
        yield { bytes: row.doc, matcher }
        continue
      }
      const doc = fromBytes(row.doc)
      if (matcher.matches(doc)) yield { doc, bytes: row.doc, matcher }
    }
  } finally {
    cursor.pause()
  }
}

/** The fields that the order looks at, so that a sort need not hold whole documents twice. */
const sortView = (doc: Document, sort: Sort): Document => {
  const view: Document = {}
  for (const path of Object.keys(sort)) {
    const field = path.split('.', 1)[0] ?? path
    if (Object.hasOwn(doc, field)) view[field] = doc[field]
  }
  return view
}

type Ranked = { readonly view: Document; readonly bytes: Uint8Array; readonly place: number }

/** Sorted, ties in the order found; holds no more than twice what is asked for. */
const sorted = (
  source: Source,
  request: FindRequest & { readonly sort: Sort },
  plan: Plan,
): { bytes: Uint8Array; matcher: Matcher }[] => {
  const { sort } = request
  const wanted = request.limit === 0 ? Number.POSITIVE_INFINITY : request.skip + request.limit
  const compareViews = compileSort(sort)
  const compare = (left: Ranked, right: Ranked): number =>
    compareViews(left.view, right.view) || left.place - right.place
  let held: Ranked[] = []
  let place = 0
  let matcher: Matcher | undefined
  for (const match of matches(source, request.filter, plan)) {
    matcher = match.matcher
    held.push({
      view: sortView(match.doc ?? fromBytes(match.bytes), sort),
      bytes: match.bytes,
      place,
    })
    place += 1
    if (wanted === Number.POSITIVE_INFINITY) source.meter.held(match.bytes.length)
    if (held.length >= 2 * wanted + 64) held = held.sort(compare).slice(0, wanted)
  }
  const found = matcher
  if (found === undefined) return []
  return held.sort(compare).map(({ bytes }) => ({ bytes, matcher: found }))
}

const inOrder = function* (source: Source, request: FindRequest): Generator<Match> {
  const { filter, sort, hint } = request
  const plan = planRead(source.collection, { filter, sort, hint })
  if (sort !== undefined && needsSort(plan, sort)) yield* sorted(source, { ...request, sort }, plan)
  else yield* matches(source, filter, plan)
}

/** The documents asked for, as BSON. */
export const findDocuments = (source: Source, request: FindRequest): Uint8Array[] => {
  const project =
    request.projection === undefined || Object.keys(request.projection).length === 0
      ? undefined
      : compileProjection(request.projection)
  const answers: Uint8Array[] = []
  let skipped = 0
  for (const { bytes, matcher, doc = undefined } of inOrder(source, request)) {
    if (skipped < request.skip) {
      skipped += 1
      continue
    }
    const whole = project === undefined ? undefined : (doc ?? fromBytes(bytes))
    const answer =
      project === undefined || whole === undefined
        ? bytes
        : toBytes(project(whole, matcher.position(whole)))
    source.meter.given(answer.length)
    answers.push(answer)
    if (request.limit !== 0 && answers.length >= request.limit) break
  }
  return answers
}

/** Index rows that are counted between two looks at the clock. */
const countedAtOnce = 20_000

/** Rows of one range; once there are `most` of them it is no matter how many more there are. */
const countRange = (
  { connection, meter }: Source,
  { table }: IndexPlan['index'],
  { low, high, most }: KeyRange & { readonly most: number },
): number => {
  const end = high === undefined ? '' : ' AND key < ?'
  const until = high === undefined ? [] : [high]
  let where = `key >= ?${end}`
  let values: (Uint8Array | number)[] = [low, ...until]
  let count = 0
  for (; count < most; count += countedAtOnce) {
    const last = connection
      .statement(
        `SELECT key, rid FROM ${table} WHERE ${where}
         ORDER BY key, rid LIMIT 1 OFFSET ${countedAtOnce - 1}`,
      )
      .get(...values)
    if (last === undefined) {
      const rest = connection.statement(`SELECT count(*) AS n FROM ${table} WHERE ${where}`)
      return count + Number(rest.get(...values)?.n)
    }
    meter.passed()
    where = `(key, rid) > (?, ?)${end}`
    values = [last.key as Uint8Array, last.rid as number, ...until]
  }
  return count
}

/** Documents of an exact plan, counted without a look at them. */
const countRows = (source: Source, { index, ranges }: IndexPlan, most: number): number => {
  let count = 0
  for (const range of ranges) {
    if (count >= most) break
    count += countRange(source, index, { ...range, most: most - count })
  }
  return count
}

/** How many match, after skip and up to the limit. */
export const countDocuments = (source: Source, request: FindRequest): number => {
  const { connection, collection } = source
  const { filter, sort, hint } = request
  const plan = planRead(collection, { filter, sort, hint })
  const most = request.limit === 0 ? Number.POSITIVE_INFINITY : request.skip + request.limit
  let count = 0
  if (Object.keys(request.filter).length === 0) {
    const row = connection.statement(`SELECT count(*) AS n FROM ${collection.idIndex.table}`).get()
    count = Number(row?.n)
  } else if (plan.kind === 'index' && plan.isExact) {
    count = countRows(source, plan, most)
  } else {
    for (const _ of matches(source, filter, plan)) {
      count += 1
      if (count >= most) break
    }
  }
  const left = Math.max(0, count - request.skip)
  return request.limit === 0 ? left : Math.min(left, request.limit)
}

/** Every document that matches, whole, for what comes behind (distinct values, a pipeline). */
export const eachMatch = function* (
  source: Source,
  request: Pick<FindRequest, 'filter' | 'sort'> & { readonly limit?: number },
): Generator<Found> {
  for (const { bytes, doc } of inOrder(source, { limit: 0, ...request, skip: 0 })) {
    yield { bytes, doc: doc ?? fromBytes(bytes) }
  }
}
