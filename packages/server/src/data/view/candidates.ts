import type { Document } from 'bson'
import type { Collection, FindOptions, Sort } from '../../documents/documents.ts'
import { compileFilter } from '../../documents/embedded/query/matcher.ts'
import { typeName } from '../../documents/embedded/values/types.ts'
import { DocumentsError } from '../../documents/error.ts'
import type { Judge } from '../rules/judge.ts'
import { joinQueries } from './join-queries.ts'
import { maxDocuments, maxHeldBytes, type ViewLimits } from './limits.ts'
import { isPushableSort, pushableQuery } from './push-down.ts'
import { tooManyCandidates, tooSlow } from './refusals.ts'

/** A collection as somebody asks about it to whom its documents have to be shown one by one. */
export type Place = {
  readonly collection: Collection
  readonly judge: Judge
  readonly limits: ViewLimits
}

/** What is asked of the documents that can be seen. */
export type Wish = {
  readonly query: Document
  readonly sort?: Sort | undefined
  /** How many are enough, with those that are skipped; 0 for all. */
  readonly enough: number
}

export type Candidates = {
  readonly documents: readonly Document[]
  /** True when there may be more of them. */
  readonly isPart: boolean
}

const plainTypes = new Set([
  'objectId',
  'string',
  'int',
  'long',
  'double',
  'decimal',
  'bool',
  'date',
])

/** The one `_id` that a query asks for; `undefined` when it asks for none, or for more. */
const pinnedId = ({ _id: demand }: Document): unknown => {
  if (demand === undefined) return undefined
  const value =
    typeName(demand) === 'object' && Object.keys(demand).length === 1 ? demand.$eq : demand
  return value !== undefined && plainTypes.has(typeName(value)) ? value : undefined
}

/** @throws `readSizeLimit` in place of an engine's own limits */
const read = async (
  { collection, limits: { maxTimeMs } }: Place,
  query: Document,
  options: FindOptions,
): Promise<Document[]> => {
  try {
    return await collection.find(query, { ...options, maxTimeMs, maxResultBytes: maxHeldBytes })
  } catch (error) {
    if (!(error instanceof DocumentsError)) throw error
    if (error.codeName === 'MaxTimeMSExpired') throw tooSlow(maxTimeMs)
    if (error.codeName === 'QueryExceededMemoryLimitNoDiskUseAllowed') throw tooManyCandidates()
    throw error
  }
}

/** The document of one `_id`, read the quickest way. */
const readPinned = async (
  { collection, judge }: Place,
  pushed: Document,
  id: unknown,
): Promise<Candidates> => {
  const filter = judge.query && compileFilter(judge.query)
  const document = await collection.findOne({ _id: id })
  const rest = compileFilter(pushed)
  const isWanted =
    document !== undefined &&
    (filter === undefined || filter.matches(document)) &&
    rest.matches(document)
  return { documents: isWanted ? [document] : [], isPart: false }
}

const fewest = 64

/** As many documents as are likely to do; `isPart` says when there are more. */
const readSome = async (
  place: Place,
  query: Document,
  { sort, enough }: Wish,
): Promise<Candidates | undefined> => {
  if (enough === 0 || !isPushableSort(sort, place.judge)) return undefined
  const limit = Math.max(fewest, 2 * enough)
  if (limit >= maxDocuments) return undefined
  const documents = await read(place, query, { limit, ...(sort && { sort }) })
  return { documents, isPart: documents.length === limit }
}

/**
 * Documents that may be seen and may be meant: a few more than are wanted first, then, asked for `all`, every one.
 *
 * @throws `readSizeLimit`
 */
export const readCandidates = async (
  place: Place,
  wish: Wish,
  amount: 'some' | 'all',
): Promise<Candidates> => {
  const { judge } = place
  if (judge.reads === 'none') return { documents: [], isPart: false }
  const pushed = pushableQuery(wish.query, judge)
  const id = pinnedId(pushed)
  if (id !== undefined) return readPinned(place, pushed, id)
  const query = joinQueries([judge.query, judge.narrowing, pushed])
  const some = amount === 'some' ? await readSome(place, query, wish) : undefined
  if (some !== undefined) return some
  const documents = await read(place, query, { limit: maxDocuments + 1 })
  if (documents.length > maxDocuments) throw tooManyCandidates()
  return { documents, isPart: false }
}
