import type { Document } from 'bson'
import type { Certainty } from '../outline.ts'

/** Why an expression holds or not: a sentence, and those about its parts. */
export type Why = {
  readonly text: string
  readonly holds: boolean
  readonly parts?: readonly Why[]
}

export type ExplainedFilter = {
  readonly name: string
  readonly applies: boolean
  readonly why: Why
  /** With what its expansions stand for. */
  readonly query?: Document
  readonly projection?: Document
}

export type ExplainedRole = { readonly name: string; readonly applies: boolean; readonly why: Why }

/** One permission of the role that applies, by its path in the role. */
export type ExplainedPermission = { readonly name: string; readonly why: Why }

export type ExplainedWrite = {
  readonly action: 'insert' | 'update' | 'delete'
  readonly allowed: boolean
  /** Why it is refused. */
  readonly reason?: string
}

export type ExplainedDocument = {
  readonly id: unknown
  /** False when the filters leave it out. */
  readonly passes: boolean
  /** Those that were asked, in order, up to the one that applies. */
  readonly roles: readonly ExplainedRole[]
  /** The one that applies; `null` when none does. */
  readonly role: string | null
  readonly permissions: readonly ExplainedPermission[]
  /** Names of top-level fields; `address.*` where only a part of one is seen. */
  readonly sees: readonly string[]
  readonly hidden: readonly string[]
  /** True when the operation's query matches what is seen of it. */
  readonly matches: boolean
  readonly write?: ExplainedWrite
}

/** Which rules count for an operation of a user, and what they say about each document. */
export type Explanation = {
  /** Whose rules they are: the collection's own, or the default rule. */
  readonly rules: 'collection' | 'default'
  readonly hasSchema: boolean
  readonly filters: readonly ExplainedFilter[]
  /** What is certain before any document is looked at. */
  readonly reads: Certainty
  readonly writes: Certainty
  /** Documents that the query matches as they are stored, or those to be inserted: the first ten. */
  readonly documents: readonly ExplainedDocument[]
  readonly hasMore: boolean
}
