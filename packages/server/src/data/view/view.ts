import type { Document } from 'bson'
import type { Collection, ReadLimits, Sort } from '../../documents/documents.ts'
import type { Judge, Visible } from '../rules/judge.ts'
import type { ChangeRequest, ProjectRequest } from './one-by-one.ts'

export type ViewOptions = {
  readonly projection?: Document
  readonly sort?: Sort
  readonly skip?: number
  /** 0 or absent means no limit. */
  readonly limit?: number
}

/** A document that may be written, with as much of it as its writer sees. */
export type Candidate = { readonly document: Document; readonly visible: Visible }

/**
 * Reads a collection as one user sees it: every document is shown as far as the rules let, and only then matched, sorted,
 * projected or aggregated, so that nothing else can be told from an answer: queries, orders, projections and pipelines are about what is visible. The
 * judge's `query` is joined here. For judges whose `reads` is `each`; the engine answers for the others.
 *
 * All throw `readSizeLimit` beyond 50,000 documents looked at, the bytes and the time of `limits`; `overloaded`; and
 * DocumentsError for what MongoDB would refuse, whatever the documents are. A write applies its update to
 * `Candidate.visible` and carries the change over with `mergeChange` (`merge-change.ts`).
 */
export type View = {
  find(query: Document, options?: ViewOptions): Promise<Document[]>
  count(query: Document, options?: Pick<ViewOptions, 'limit'>): Promise<number>
  distinct(field: string, query: Document): Promise<unknown[]>
  aggregate(pipeline: readonly Document[]): Promise<Document[]>
  /** The documents whole, beside what is seen of them: those whose visible part the query matches. */
  candidates(query: Document, options?: Pick<ViewOptions, 'sort' | 'limit'>): Promise<Candidate[]>
  /**
   * Prepares what is made of documents that were seen, off the event loop where it could take long. No judge is asked.
   *
   * @throws DocumentsError for what MongoDB would refuse
   */
  open(request: ChangeRequest | ProjectRequest): Transform
}

export type Transform = (documents: readonly Document[]) => Promise<Document[]>

export type ViewParts = {
  readonly judge: Judge
  /** Values in BSON classes. */
  readonly collection: Collection
  readonly limits: ReadLimits
  /** For whom; what one asks for takes turns with what others do. Default nobody in particular. */
  readonly owner?: string
}

export type OpenView = (parts: ViewParts) => View
