import type { Document } from 'bson'
import type { Actor } from '../actor.ts'
import type { Namespace } from '../namespace.ts'

/** A document that somebody may see, or as much of it as they may see. */
export type Visible = Document

/** What the rules of a collection say to one user, for one operation. Documents have their values in BSON classes. */
export type Judge = {
  /** Which documents can be seen at all, from the filters that apply: joined to every query. `undefined` is all. */
  readonly query: Document | undefined
  /** Projection of the filters that apply; laid over what the roles leave. */
  readonly projection: Document | undefined
  /**
   * `all`: every document is seen whole, so that an engine may answer by itself. `none`: no document is seen.
   * `each`: every document has to be asked about.
   */
  readonly reads: 'all' | 'none' | 'each'
  /** `all`: every write of every document is allowed, and no schema has to be met. */
  readonly writes: 'all' | 'none' | 'each'
  /**
   * A query that every document that can be seen meets, as far as the roles can be said as one; `undefined` when they
   * cannot. Narrows what is read, and decides nothing.
   */
  readonly narrowing: Document | undefined
  /** Top-level fields that are seen in every document that is seen, so that a query about them gives nothing away. */
  isAlwaysVisible(field: string): boolean
  /** As much of the document as may be seen; `undefined` when nothing may. `projection` is not applied yet. */
  see(document: Document): Promise<Visible | undefined>
  /** @throws `writeRefused`, `schemaRefused` */
  checkInsert(document: Document): Promise<void>
  /** @throws `writeRefused`, `schemaRefused` */
  checkUpdate(before: Document, after: Document): Promise<void>
  /** @throws `writeRefused` */
  checkDelete(document: Document): Promise<void>
}

/** @throws `ruleNotFound` when the collection has no rules, and there is no default rule */
export type OpenJudge = (namespace: Namespace, actor: Actor) => Promise<Judge>
