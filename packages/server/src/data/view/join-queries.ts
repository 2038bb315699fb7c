import type { Document } from 'bson'

const isFlat = (queries: readonly Document[]): boolean => {
  const names = queries.flatMap(query => Object.keys(query))
  return new Set(names).size === names.length && !names.some(name => name.startsWith('$'))
}

/** One query that asks for all of them; flat where it can be, so that an engine finds the key in it. */
export const joinQueries = (queries: readonly (Document | undefined)[]): Document => {
  const asking = queries.filter(
    query => query !== undefined && Object.keys(query).length > 0,
  ) as Document[]
  if (asking.length <= 1) return asking[0] ?? {}
  return isFlat(asking)
    ? Object.fromEntries(asking.flatMap(query => Object.entries(query)))
    : { $and: asking }
}
