import type { Document } from 'bson'
import type { Sort } from '../../documents/documents.ts'
import { compilePipeline } from '../../documents/embedded/aggregate/pipeline.ts'
import { compileFilter } from '../../documents/embedded/query/matcher.ts'
import { compileProjection } from '../../documents/embedded/query/project.ts'
import { compileSorter } from '../../documents/embedded/query/sort.ts'
import { encodeKey } from '../../documents/embedded/values/key.ts'
import { compileWalk, parsePath } from '../../documents/embedded/values/path.ts'
import { DocumentsError } from '../../documents/error.ts'
import {
  type ChangeRequest,
  type ProjectRequest,
  prepareChange,
  prepareProject,
} from './one-by-one.ts'

/** What is asked of documents that lie in memory. */
export type Request =
  | {
      readonly kind: 'find'
      readonly query: Document
      readonly projection?: Document
      readonly sort?: Sort
      readonly skip?: number
      /** 0 or absent means no limit. */
      readonly limit?: number
    }
  /** Their places in the list, from 0, as documents `{ at }`. */
  | {
      readonly kind: 'select'
      readonly query: Document
      readonly sort?: Sort
      readonly skip?: number
      readonly limit?: number
    }
  /** The different values at a path, as documents `{ value }`. */
  | { readonly kind: 'distinct'; readonly query: Document; readonly field: string }
  | { readonly kind: 'aggregate'; readonly pipeline: readonly Document[]; readonly nowMs: number }
  | ChangeRequest
  | ProjectRequest

/** Gives documents one after the other; what it throws tells of the documents that it was given, and no others. */
export type Prepared = (documents: readonly Document[]) => Iterable<Document>

type Found = { readonly document: Document; readonly at: number }

const choose = (request: Extract<Request, { readonly kind: 'find' | 'select' }>) => {
  const { query, sort, skip = 0, limit = 0 } = request
  const matcher = compileFilter(query)
  const sorter = sort && Object.keys(sort).length > 0 ? compileSorter(sort) : undefined
  const end = limit === 0 ? Number.POSITIVE_INFINITY : skip + limit

  const choose = function* (documents: readonly Document[]): Generator<Found> {
    const matching: Found[] = []
    for (const [at, document] of documents.entries()) {
      if (!matcher.matches(document)) continue
      matching.push({ document, at })
      if (sorter === undefined && matching.length >= end) break
    }
    if (sorter === undefined) return yield* matching.slice(skip)
    const keyed = matching.map(found => ({ found, key: sorter.keyOf(found.document) }))
    keyed.sort((left, right) => sorter.compareKeys(left.key, right.key))
    for (const { found } of keyed.slice(skip, end)) yield found
  }
  return { choose, matcher }
}

const prepareFind = (request: Extract<Request, { readonly kind: 'find' }>): Prepared => {
  const { choose: chosen, matcher } = choose(request)
  const { projection = {} } = request
  const project = Object.keys(projection).length > 0 ? compileProjection(projection) : undefined
  return function* (documents) {
    for (const { document } of chosen(documents)) {
      yield project ? project(document, matcher.position(document)) : document
    }
  }
}

const prepareSelect = (request: Extract<Request, { readonly kind: 'select' }>): Prepared => {
  const { choose: chosen } = choose(request)
  return function* (documents) {
    for (const { at } of chosen(documents)) yield { at }
  }
}

const prepareDistinct = ({
  query,
  field,
}: Extract<Request, { readonly kind: 'distinct' }>): Prepared => {
  const matcher = compileFilter(query)
  const path = parsePath(field)
  return documents => {
    const known = new Map<string, Document>()
    const add = (value: unknown): void => {
      const key = Buffer.from(encodeKey([value], [1])).toString('latin1')
      if (!known.has(key)) known.set(key, { value })
    }
    const walk = compileWalk(
      path,
      value => {
        if (Array.isArray(value)) value.forEach(add)
        else if (value !== undefined) add(value)
        return false
      },
      false,
    )
    for (const document of documents) if (matcher.matches(document)) walk(document)
    return known.values()
  }
}

const onlyOwn = (): never => {
  throw new DocumentsError('CommandNotSupported', 'a pipeline of a user reads one collection only')
}

const prepareAggregate = ({
  pipeline,
  nowMs,
}: Extract<Request, { readonly kind: 'aggregate' }>): Prepared => {
  const { run, output } = compilePipeline(pipeline)
  if (output !== undefined) onlyOwn()
  const context = { now: new Date(nowMs), read: onlyOwn, examined: () => undefined }
  return documents => run(documents, context)
}

/** Prepares what is asked. @throws DocumentsError for what MongoDB would refuse */
export const prepare = (request: Request): Prepared => {
  switch (request.kind) {
    case 'find':
      return prepareFind(request)
    case 'select':
      return prepareSelect(request)
    case 'distinct':
      return prepareDistinct(request)
    case 'aggregate':
      return prepareAggregate(request)
    case 'change':
      return prepareChange(request)
    case 'project':
      return prepareProject(request)
  }
}
