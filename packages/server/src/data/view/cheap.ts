import { isRegex } from '../../documents/embedded/query/regex/regex.ts'
import type { Request } from './over-documents.ts'

/** Operators and stages that take microseconds for a document, whatever is in it. */
const cheap = new Set([
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists', '$type', '$mod'],
  ...['$and', '$or', '$nor', '$not', '$all', '$size', '$elemMatch', '$slice', '$comment', '$expr'],
  ...['$match', '$sort', '$limit', '$skip', '$project', '$unset', '$count', '$group', '$set'],
  ...['$addFields', '$sortByCount', '$sum', '$avg', '$min', '$max', '$first', '$last', '$add'],
  ...['$subtract', '$cond', '$ifNull', '$literal', '$toString', '$replaceRoot', '$replaceWith'],
  ...['$oid', '$date', '$numberInt', '$numberLong', '$numberDouble', '$numberDecimal'],
])

const mostInline = 100
/** Matching one takes about a microsecond. */
const mostMatched = 500
const mostParts = 200

const isCheapValue = (value: unknown, count: { parts: number }): boolean => {
  count.parts += 1
  if (count.parts > mostParts || isRegex(value)) return false
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(
    ([key, inner]) => (!key.startsWith('$') || cheap.has(key)) && isCheapValue(inner, count),
  )
}

/** True when the event loop may do it itself: few documents, and nothing that could take long with one of them. */
export const isCheap = (request: Request, documents: number): boolean => {
  if (documents > (request.kind === 'aggregate' ? mostInline : mostMatched)) return false
  const { query, projection, pipeline } = request as Partial<Record<string, unknown>>
  return isCheapValue([query, projection, pipeline], { parts: 0 })
}
