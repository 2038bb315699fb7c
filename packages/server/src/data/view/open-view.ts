import { calculateObjectSize, type Document } from 'bson'
import { decodeAll } from '../../documents/embedded/engine/decode.ts'
import { fromBytes, toBytes } from '../../documents/embedded/values/bytes.ts'
import { toNumeric } from '../../documents/embedded/values/numbers.ts'
import { checkProjection } from '../rules/filters.ts'
import { type Candidates, type Place, prepareCandidates, type Wish } from './candidates.ts'
import { isCheap } from './cheap.ts'
import { joinBytes } from './join-bytes.ts'
import { maxDocuments, maxHeldBytes, usualLimits, type ViewLimits } from './limits.ts'
import { type Prepared, prepare, type Request } from './over-documents.ts'
import { tooLargeResult, tooManyCandidates, tooSlow } from './refusals.ts'
import { inSlices, seeAll } from './see-all.ts'
import { openViewThreads, type ViewThreadOptions, type ViewThreads } from './threads.ts'
import type { Candidate, OpenView, View, ViewOptions } from './view.ts'

export type Views = {
  readonly open: OpenView
  /** Ends all work. May be called twice. */
  close(): Promise<void>
}

/** Only what makes new values can be larger than the documents that it is given. */
const checkSize = (
  documents: Document[],
  { kind, projection = {} }: { readonly kind: Request['kind']; readonly projection?: Document },
  { maxResultBytes }: ViewLimits,
): Document[] => {
  const isMade =
    kind === 'aggregate' ||
    kind === 'change' ||
    Object.values(projection).some(value => typeof value === 'string' || typeof value === 'object')
  if (!isMade) return documents
  let size = 0
  for (const document of documents) {
    size += calculateObjectSize(document, { ignoreUndefined: false })
    if (size > maxResultBytes) throw tooLargeResult()
  }
  return documents
}

type Work = {
  readonly documents: readonly Document[]
  readonly request: Request
  readonly run: Prepared
  readonly owner: string
}

/** What the request makes of the documents, here or in a thread. */
const work = async (
  threads: ViewThreads,
  limits: ViewLimits,
  { documents, request, run, owner }: Work,
): Promise<Document[]> => {
  if (isCheap(request, documents)) return checkSize([...run(documents)], request, limits)
  const { maxTimeMs, maxResultBytes } = limits
  const parts: Uint8Array[] = []
  let size = 0
  await inSlices(documents, maxTimeMs, document => {
    const bytes = toBytes(document)
    size += bytes.length
    if (size > maxHeldBytes) throw tooManyCandidates()
    parts.push(bytes)
  })
  const bounds = { maxTimeMs, maxResultBytes }
  const job = { request: toBytes(request), documents: joinBytes(parts), ...bounds }
  return decodeAll(await threads.run(owner, job), fromBytes)
}

/** A match at a pipeline's start narrows what has to be looked at. */
const startOf = (pipeline: readonly Document[]): Document => {
  const match: unknown = pipeline[0]?.$match
  return typeof match === 'object' && match !== null ? match : {}
}

/** How many documents a request asks for. */
const wanted = (request: Request): number =>
  'limit' in request && request.limit ? request.limit : Number.POSITIVE_INFINITY

/** What is done to many documents one by one may take so many times as long as one of them. */
const patience = 6

type Parts = {
  readonly threads: ViewThreads
  readonly now: () => number
  readonly owner: string
}

const openOne = ({ threads, now, owner }: Parts, place: Place): View => {
  const { judge, limits } = place

  const over = async (wish: Wish, request: Request) => {
    const run = prepare(request)
    const reads = prepareCandidates(place, wish)
    const look = async ({ documents, isPart }: Candidates) => {
      const seen = await seeAll(judge, documents, limits.maxTimeMs)
      const visible = seen.map(one => one.visible)
      const found = await work(threads, limits, { documents: visible, request, run, owner })
      if (found.length > maxDocuments) throw tooLargeResult()
      return { seen, found, isEnough: !isPart || found.length >= wanted(request) }
    }

    for (const read of reads.some) {
      const looked = await look(await read())
      if (looked.isEnough) return looked
    }
    return look(await reads.all())
  }

  const candidates = async (query: Document, options: ViewOptions): Promise<Candidate[]> => {
    const { sort, skip = 0, limit = 0 } = options
    const enough = limit === 0 ? 0 : skip + limit
    const { seen, found } = await over(
      { query, sort, enough },
      { kind: 'select', query, skip, limit, ...(sort && { sort }) },
    )
    return found.map(({ at }) => seen[Number(toNumeric(at))] as Candidate)
  }

  return {
    find: async (query, { projection = {}, sort, skip = 0, limit = 0 } = {}) => {
      checkProjection(judge.projection, projection)
      const enough = limit === 0 ? 0 : skip + limit
      const { found } = await over(
        { query, sort, enough },
        { kind: 'find', query, projection, skip, limit, ...(sort && { sort }) },
      )
      return found
    },
    count: async (query, { limit = 0 } = {}) => (await candidates(query, { limit })).length,
    distinct: async (field, query) => {
      const { found } = await over({ query, enough: 0 }, { kind: 'distinct', query, field })
      return found.map(({ value }) => value)
    },
    aggregate: async pipeline => {
      const { found } = await over(
        { query: startOf(pipeline), enough: 0 },
        { kind: 'aggregate', pipeline, nowMs: now() },
      )
      return found
    },
    candidates: (query, options = {}) => candidates(query, options),
    open: request => {
      const run = prepare(request)
      const startedAt = performance.now()
      return async documents => {
        if (performance.now() - startedAt > patience * limits.maxTimeMs) {
          throw tooSlow(patience * limits.maxTimeMs)
        }
        return work(threads, limits, { documents, request, run, owner })
      }
    },
  }
}

/** @param now milliseconds since 1970 */
export const openViews = (now: () => number, options: ViewThreadOptions = {}): Views => {
  const threads = openViewThreads(options)
  return {
    open: ({ judge, collection, limits, owner = '' }) => {
      const { maxTimeMs, maxResultBytes } = { ...usualLimits, ...limits }
      const place = { judge, collection, limits: { maxTimeMs, maxResultBytes } }
      return openOne({ threads, now, owner }, place)
    },
    close: () => threads.close(),
  }
}
