import type { Document } from 'bson'
import type { Explanation, Sort } from '../../../documents.ts'
import { DocumentsError } from '../../../error.ts'
import { typeName } from '../../values/compare.ts'
import type { CollectionEntry, IndexEntry } from '../catalog.ts'
import { type Bounds, boundsOf, type KeyRange } from './bounds.ts'
import { type Condition, conditionsOf, isOperators } from './conditions.ts'
import { isCovered } from './partial.ts'

/** How documents are found. Unless it is exact, what is found is checked against the filter again. */
export type Plan =
  | { readonly kind: 'all'; readonly isSorted: boolean; readonly isReverse: boolean }
  | {
      readonly kind: 'index'
      readonly index: IndexEntry
      readonly ranges: readonly KeyRange[]
      readonly isReverse: boolean
      readonly isSorted: boolean
      /** True when each range is one whole key of the index. */
      readonly isWhole: boolean
      /** True when each range is one whole key of a unique index: at most one document each. */
      readonly isPoint: boolean
      /** True when what lies in the ranges is what the filter asks for, and nothing else. */
      readonly isExact: boolean
    }

export type PlanRequest = {
  readonly filter: Document
  readonly sort?: Sort | undefined
  readonly hint?: string | undefined
}

type Order = 'forward' | 'reverse' | undefined

const orderOf = (index: IndexEntry, bounds: Bounds, sort: Sort | undefined): Order => {
  const wanted = Object.entries(sort ?? {})
  if (wanted.length === 0 || index.multikey || !bounds.isOnePrefix) return undefined
  const fixed = new Set(index.fields.slice(0, bounds.equalFields))
  const open = wanted.filter(([field]) => !fixed.has(field))
  const rest = index.fields.slice(bounds.equalFields)
  if (open.length > rest.length) return undefined
  const fits = (turn: 1 | -1): boolean =>
    open.every(
      ([field, direction], position) =>
        rest[position] === field && Number(direction) === turn * Number(index.key[field]),
    )
  if (fits(1)) return 'forward'
  return fits(-1) ? 'reverse' : undefined
}

const isId = (value: unknown): boolean => typeName(value) === 'objectId'

/** Ids have one key each, which no value of another type has. */
const isOfIds = (demand: unknown): boolean => {
  if (!isOperators(demand)) return isId(demand)
  const [[operator, value] = [], ...others] = Object.entries(demand)
  if (others.length > 0) return false
  if (operator === '$in') return Array.isArray(value) && value.every(isId)
  return (operator === '$eq' || operator === '$gt' || operator === '$lt') && isId(value)
}

const isExact = (index: IndexEntry, bounds: Bounds, filter: Document): boolean => {
  const used = index.fields.slice(0, bounds.equalFields + Number(bounds.hasRange))
  const asked = Object.entries(filter)
  return (
    !index.multikey &&
    asked.length === used.length &&
    asked.every(([field, demand]) => used.includes(field) && isOfIds(demand))
  )
}

type Candidate = { readonly plan: Extract<Plan, { kind: 'index' }>; readonly score: number }

type Asked = {
  readonly filter: Document
  readonly conditions: ReadonlyMap<string, readonly Condition[]>
  readonly sort: Sort | undefined
}

const candidateOf = (index: IndexEntry, { filter, conditions, sort }: Asked): Candidate => {
  const bounds = boundsOf(index, conditions)
  const order = orderOf(index, bounds, sort)
  const isWhole = bounds.equalFields === index.fields.length
  const isPoint = index.unique && isWhole
  const score =
    (isPoint ? 1_000 : 0) +
    bounds.equalFields * 10 +
    (bounds.hasRange ? 5 : 0) +
    (order === undefined ? 0 : 3)
  return {
    plan: {
      kind: 'index',
      index,
      ranges: bounds.ranges,
      isReverse: order === 'reverse',
      isSorted: order !== undefined,
      isWhole,
      isPoint,
      isExact: isExact(index, bounds, filter),
    },
    score,
  }
}

const hinted = (collection: CollectionEntry, hint: string): IndexEntry => {
  const index = [collection.idIndex, ...collection.indexes].find(({ name }) => name === hint)
  if (index === undefined) {
    throw new DocumentsError('BadValue', `hint provided does not correspond to an index: ${hint}`)
  }
  return index
}

const naturalOrder = (sort: Sort | undefined): Plan => {
  const natural = sort?.$natural
  return { kind: 'all', isSorted: natural !== undefined, isReverse: Number(natural) === -1 }
}

/**
 * Chooses the index that fixes most fields, then one that gives the order, else everything in the order of
 * insertion.
 *
 * @throws `BadValue` when the hint names no index.
 */
export const planRead = (
  collection: CollectionEntry,
  { filter, sort, hint }: PlanRequest,
): Plan => {
  if (hint === '$natural') return naturalOrder(sort)
  const asked = { filter, conditions: conditionsOf(filter), sort }
  if (hint !== undefined) return candidateOf(hinted(collection, hint), asked).plan
  const best = [collection.idIndex, ...collection.indexes]
    .filter(index => isCovered(filter, index.partial))
    .map(index => candidateOf(index, asked))
    .reduce<Candidate | undefined>(
      (chosen, next) => (next.score > (chosen?.score ?? 0) ? next : chosen),
      undefined,
    )
  return best?.plan ?? naturalOrder(sort)
}

export const explainPlan = (plan: Plan, filter: Document): Explanation => {
  if (plan.kind === 'all') return { stage: 'COLLSCAN', sortedByIndex: false }
  const isById = plan.index.name === '_id_' && plan.isPoint && plan.ranges.length === 1
  if (isById && Object.keys(filter).length === 1) {
    return { stage: 'IDHACK', indexName: '_id_', sortedByIndex: plan.isSorted }
  }
  return { stage: 'IXSCAN', indexName: plan.index.name, sortedByIndex: plan.isSorted }
}
