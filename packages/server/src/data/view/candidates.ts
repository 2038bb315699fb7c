import type { Document } from 'bson'
import type { Collection, FindOptions, Sort } from '../../documents/documents.ts'
import { compileFilter, type Matcher } from '../../documents/embedded/query/matcher.ts'
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

/** `undefined` for a query that only an engine can answer, such as one about places. */
const tryCompile = (query: Document): Matcher | undefined => {
  try {
    return compileFilter(query)
  } catch (error) {
    if (error instanceof DocumentsError) return undefined
    throw error
  }
}

/** The document of one `_id`, read the quickest way; `undefined` where that is not to be had. */
const readPinned = async (
  { collection, judge }: Place,
  id: unknown,
): Promise<Candidates | undefined> => {
  const filter = judge.query && tryCompile(judge.query)
  if (judge.query !== undefined && filter === undefined) return undefined
  const document = await collection.findOne({ _id: id })
  const isWanted = document !== undefined && (filter === undefined || filter.matches(document))
  return { documents: isWanted ? [document] : [], isPart: false }
}

const nobody: Candidates = { documents: [], isPart: false }

/** Ways of reading the documents that may be seen and may be meant, the least first. */
export type CandidateReads = {
  /** Each gives some of them, as many as are likely to do. */
  readonly some: readonly (() => Promise<Candidates>)[]
  /** @throws `readSizeLimit` */
  all(): Promise<Candidates>
}

/** How many are read at first, and then, for so many wanted ones. */
const amounts = (enough: number): readonly number[] =>
  [enough + 8, 4 * enough + 64].filter(amount => amount < maxDocuments)

/** Prepares reading. All of it may throw `readSizeLimit`. */
export const prepareCandidates = (place: Place, wish: Wish): CandidateReads => {
  const { judge } = place
  const { sort, enough } = wish
  if (judge.reads === 'none') return { some: [async () => nobody], all: async () => nobody }
  const pushed = pushableQuery(wish.query, judge)
  const joined = (): Document => joinQueries([judge.query, judge.narrowing, pushed])

  const all = async (): Promise<Candidates> => {
    const documents = await read(place, joined(), { limit: maxDocuments + 1 })
    if (documents.length > maxDocuments) throw tooManyCandidates()
    return { documents, isPart: false }
  }

  const first = async (limit: number): Promise<Candidates> => {
    const documents = await read(place, joined(), { limit, ...(sort && { sort }) })
    return { documents, isPart: documents.length === limit }
  }

  const id = pinnedId(pushed)
  if (id !== undefined) return { some: [async () => (await readPinned(place, id)) ?? all()], all }
  if (enough === 0 || !isPushableSort(sort, judge)) return { some: [], all }
  return { some: amounts(enough).map(amount => () => first(amount)), all }
}
