import type { Document } from 'bson'
import type { Sort } from '../../../src/documents/documents.ts'
import { compileFilter } from '../../../src/documents/embedded/query/matcher.ts'
import { compileProjection } from '../../../src/documents/embedded/query/project.ts'
import { compileSorter } from '../../../src/documents/embedded/query/sort.ts'
import { fromBytes, toBytes } from '../../../src/documents/embedded/values/bytes.ts'

/** Documents as an engine reads them: every value in its BSON class. */
export const stored = (document: Document): Document => fromBytes(toBytes(document))

export type FindOptions = {
  readonly sort?: Sort
  readonly skip?: unknown
  readonly limit?: unknown
  readonly projection?: Document
}

/** A find over a list, made of the parts under test and nothing else. */
export const find = (
  documents: readonly Document[],
  filter: Document,
  { sort, skip, limit, projection }: FindOptions = {},
): Document[] => {
  const matcher = compileFilter(filter)
  const matching = documents.map(stored).filter(document => matcher.matches(document))
  const sorted = sort === undefined ? matching : compileSorter(sort).sort(matching)
  const from = Number(skip ?? 0)
  const page = sorted.slice(from, limit === undefined ? undefined : from + Number(limit))
  if (projection === undefined) return page
  const project = compileProjection(projection)
  return page.map(document => project(document, matcher.position(document)))
}

/** Ids of the documents found, as numbers. */
export const idsOf = (documents: readonly Document[], filter: Document): number[] =>
  find(documents, filter).map(({ _id }) => Number(_id))

/** Whether the filter finds a single document. */
export const finds = (filter: Document, document: Document): boolean =>
  compileFilter(filter).matches(stored(document))
