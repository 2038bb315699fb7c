import type { Document } from 'bson'
import type { Actor } from '../actor.ts'
import type { Namespace } from '../namespace.ts'

/** A document that somebody may see, or as much of it as they may see. */
export type Visible = Document

/** What the rules of a collection say to one user, for one operation. Documents have their values in BSON classes. */
export type Judge = {
  /** Which documents can be seen at all, from the filters that apply: joined to every query. `undefined` is all. */
  readonly query: Document | undefined
  /**
   * Projection of the filters that apply. `see` has laid it over what the roles leave; it is here for `checkProjection`,
   * because an operation's own projection has to be of the same kind.
   */
  readonly projection: Document | undefined
  /**
   * `all`: every document that meets `query` is seen whole, so that an engine may answer by itself. `none`: no document
   * is seen. `each`: every document has to be asked about.
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
  /** As much of the document as may be seen; `undefined` when nothing may. Shares values with the document. */
  see(document: Document): Promise<Visible | undefined>
  /** `see` without waiting; `undefined` where functions of the app have to be asked about each document. */
  readonly seeAtOnce: ((document: Document) => Visible | undefined) | undefined
  /**
   * `by` is `upsert` where an update inserts: then what does not meet the schema is `writeRefused` too.
   *
   * @throws `writeRefused`, `schemaRefused`
   */
  checkInsert(document: Document, by?: 'insert' | 'upsert'): Promise<void>
  /** @throws `writeRefused`, `schemaRefused` */
  checkUpdate(before: Document, after: Document): Promise<void>
  /** @throws `writeRefused` */
  checkDelete(document: Document): Promise<void>
}

/** `search` is a read through a search index (`$search`), which roles allow by themselves. */
export type Purpose = 'usual' | 'search'

/** @throws `ruleNotFound` when the collection has no rules, and there is no default rule */
export type OpenJudge = (
  namespace: Namespace,
  actor: Actor,
  /** Default `usual`. */
  purpose?: Purpose,
) => Promise<Judge>
