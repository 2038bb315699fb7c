import { calculateObjectSize, type Document } from 'bson'
import { isRegex } from '../../documents/embedded/query/regex/regex.ts'
import type { Request } from './over-documents.ts'

/** Operators and stages that take microseconds for a document, whatever is in it. */
const cheap = new Set([
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists', '$type', '$mod'],
  ...['$and', '$or', '$nor', '$not', '$all', '$size', '$elemMatch', '$slice', '$comment', '$expr'],
  ...['$match', '$sort', '$limit', '$skip', '$project', '$unset', '$count', '$group', '$set'],
  ...['$addFields', '$sortByCount', '$sum', '$avg', '$min', '$max', '$first', '$last', '$add'],
  ...['$subtract', '$cond', '$ifNull', '$literal', '$toString', '$replaceRoot', '$replaceWith'],
  ...['$inc', '$mul', '$unset', '$rename', '$setOnInsert', '$currentDate', '$bit', '$pop'],
  ...['$push', '$addToSet', '$each', '$position', '$pull', '$pullAll'],
  ...['$oid', '$date', '$numberInt', '$numberLong', '$numberDouble', '$numberDecimal'],
])

const mostInline = 100
/** Matching one takes about a microsecond. */
const mostMatched = 500
const mostParts = 200
const mostCopies = 64
/** Few parts take no time with any document. */
const fewParts = 10
const mostBytes = 256 * 1024

type Count = { parts: number }

const isCheapValue = (value: unknown, count: Count): boolean => {
  count.parts += 1
  if (count.parts > mostParts || isRegex(value)) return false
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(
    ([key, inner]) => (!key.startsWith('$') || cheap.has(key)) && isCheapValue(inner, count),
  )
}

const referencesIn = (value: unknown): number => {
  if (typeof value === 'string') return value.startsWith('$') ? 1 : 0
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + referencesIn(inner), 0)
}

/** Stages that take a field twice double it, and each other. */
const copiesOf = (stages: unknown): number =>
  Array.isArray(stages)
    ? stages.reduce<number>((copies, stage) => copies * Math.max(1, referencesIn(stage)), 1)
    : 1

/** Updates of arrays look at each element; all others only put values where they belong. */
const searching = ['$push', '$addToSet', '$pull', '$pullAll']

const partsOfUpdate = (update: unknown): unknown =>
  typeof update === 'object' && update !== null && !Array.isArray(update)
    ? Object.entries(update).filter(([operator]) => searching.includes(operator))
    : update

const isSmall = (documents: readonly Document[]): boolean => {
  let size = 0
  return documents.every(document => {
    size += calculateObjectSize(document)
    return size <= mostBytes
  })
}

/** True when the event loop may do it itself: few documents, and nothing that could take long with one of them. */
export const isCheap = (request: Request, documents: readonly Document[]): boolean => {
  if (documents.length > (request.kind === 'aggregate' ? mostInline : mostMatched)) return false
  const { query, projection, pipeline, update, arrayFilters } = request as Partial<
    Record<string, unknown>
  >
  const count = { parts: 0 }
  const asked = [query, projection, pipeline, partsOfUpdate(update), arrayFilters]
  if (!isCheapValue(asked, count)) return false
  if (Math.max(copiesOf(pipeline), copiesOf(update)) > mostCopies) return false
  return count.parts <= fewParts || isSmall(documents)
}
