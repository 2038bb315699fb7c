import { DBRef, type Document } from 'bson'
import { isRegex } from '../../documents/embedded/query/regex/regex.ts'
import { setField } from '../../documents/embedded/values/path.ts'
import { isObject } from '../../documents/embedded/values/types.ts'
import type { RuleFilter } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import { meaningOf } from '../expressions/evaluate.ts'
import { expand, type Scope } from '../expressions/expansion.ts'
import { withFunctionResults } from '../expressions/function-results.ts'
import { type Settling, settle } from './settle.ts'

/** What the filters that apply ask of an operation. */
export type AppliedFilters = {
  readonly names: readonly string[]
  readonly query: Document | undefined
  readonly projection: Document | undefined
}

const nothing: Document = { _id: { $in: [] } }

const isNothing = (value: unknown): boolean => value === nothing

/** True for a value with an expansion in it that stands for nothing. */
const hasGap = (value: unknown): boolean => {
  if (value === undefined) return true
  if (Array.isArray(value)) return value.some(hasGap)
  return isObject(value) && Object.values(value).some(hasGap)
}

const within = (value: unknown): unknown => (isObject(value) ? withoutGaps(value) : value)

/** A condition about what is not there is never met; one branch of an `$or` leaves the others. */
const withoutGaps = (query: Document): Document => {
  const closed: Document = {}
  for (const [key, value] of Object.entries(query)) {
    const parts = key === '$or' || key === '$and' ? [value].flat().map(within) : [value]
    const kept = key === '$or' ? parts.filter(part => !isNothing(part)) : parts
    if (kept.length === 0 || kept.some(part => isNothing(part) || hasGap(part))) return nothing
    setField(closed, key, Array.isArray(value) && parts[0] !== value ? kept : value)
  }
  return closed
}

/** True for a value that in a query would be more than a value: a pattern, or something with an operator in it. */
const asks = (value: unknown): boolean => {
  if (isRegex(value) || value instanceof DBRef) return true
  if (Array.isArray(value)) return value.some(asks)
  if (!isObject(value)) return false
  return Object.entries(value).some(([name, inner]) => name.startsWith('$') || asks(inner))
}

/**
 * What the app's author wrote may be an operator. What comes with the user, who may have written it, is a value to
 * compare with or stands for nothing.
 */
const expandForQuery = (text: string, scope: Scope): unknown => {
  const value = expand(text, scope)
  return /^%%(?:values|environment)\b/.test(text) || !asks(value) ? value : undefined
}

const expandQuery = async (
  query: unknown,
  { scope, callFunction }: Settling,
): Promise<Document> => {
  const known = await withFunctionResults(query, scope, callFunction)
  const meaning = meaningOf(known, scope, expandForQuery)
  return isObject(meaning) ? withoutGaps(meaning) : nothing
}

const joinQueries = (queries: readonly Document[]): Document | undefined => {
  const asking = queries.filter(query => Object.keys(query).length > 0)
  return asking.length > 1 ? { $and: asking } : asking[0]
}

type Kind = 'inclusive' | 'exclusive' | undefined

/** Whether a projection names what it keeps or what it leaves out; `undefined` where it may be joined to both. */
const kindOf = (projection: Document): Kind => {
  for (const [name, value] of Object.entries(projection)) {
    const isSwitch = typeof value === 'boolean' || !Number.isNaN(Number(value))
    if (name === '_id' || !isSwitch || isObject(value)) continue
    return value === false || Number(value) === 0 ? 'exclusive' : 'inclusive'
  }
  return undefined
}

const joinProjections = (projections: readonly Document[]): Document | undefined => {
  const asking = projections.filter(one => Object.keys(one).length > 0)
  const kinds = new Set(asking.map(kindOf).filter(kind => kind !== undefined))
  if (kinds.size > 1) throw mixed('the filters that apply')
  return asking.length === 0 ? undefined : Object.assign({}, ...asking)
}

const mixed = (who: string): AppError =>
  new AppError('databaseError', {
    message: `the projections of ${who} must all name what they keep, or all name what they leave out`,
  })

/**
 * An operation's own projection has to be of the same kind as that of the filters that apply.
 *
 * @throws `databaseError`
 */
export const checkProjection = (
  ofFilters: Document | undefined,
  ofOperation: Document | undefined,
): void => {
  const [left, right] = [kindOf(ofFilters ?? {}), kindOf(ofOperation ?? {})]
  if (left !== undefined && right !== undefined && left !== right) {
    throw mixed('the filters and of the operation')
  }
}

const noFilters: AppliedFilters = { names: [], query: undefined, projection: undefined }

/** @throws `databaseError` when some of their projections name what they keep, and others what they leave out */
export const applyFilters = async (
  filters: readonly RuleFilter[],
  settling: Settling,
): Promise<AppliedFilters> => {
  if (filters.length === 0) return noFilters
  const applying: RuleFilter[] = []
  for (const filter of filters) {
    if ((await settle(filter.applyWhen ?? true, settling)) !== false) applying.push(filter)
  }
  const queries = await Promise.all(applying.map(({ query }) => expandQuery(query, settling)))
  const { scope } = settling
  return {
    names: applying.map(({ name }) => name),
    query: joinQueries(queries),
    projection: joinProjections(
      applying.map(({ projection }) => meaningOf(projection, scope) as Document),
    ),
  }
}
