import { z } from 'zod'

const name = z.string().min(1).max(255)

/** Body of `rules/explain`; the arguments are extended JSON, named as clients name them. */
export const explainRulesBody = z.object({
  source: name,
  database: name,
  collection: name,
  user_id: name,
  operation: name,
  arguments: z.record(z.string(), z.unknown()).optional(),
})

/** Why an expression holds or not: a sentence, and those about its parts. */
export type WhyWire = {
  readonly text: string
  readonly holds: boolean
  readonly parts?: readonly WhyWire[]
}

export type ExplainedDocumentWire = {
  /** Extended JSON. */
  readonly id: unknown
  /** False when the filters leave it out. */
  readonly passes: boolean
  /** Roles that were asked, in order, up to the one that applies. */
  readonly roles: readonly {
    readonly name: string
    readonly applies: boolean
    readonly why: WhyWire
  }[]
  /** The role that applies; `null` when none does. */
  readonly role: string | null
  /** Permissions of that role, by their path in it. */
  readonly permissions: readonly { readonly name: string; readonly why: WhyWire }[]
  /** Top-level fields; `address.*` where only a part of one is seen. */
  readonly sees: readonly string[]
  readonly hidden: readonly string[]
  /** True when the operation's query matches what is seen. */
  readonly matches: boolean
  /** Whether the write is allowed, and why not; absent for reads and for documents that are not seen. */
  readonly write?: {
    readonly action: 'insert' | 'update' | 'delete'
    readonly allowed: boolean
    readonly reason?: string
  }
}

/** What the rules say about an operation of a user. Values of secrets are not shown. */
export type RulesExplanationWire = {
  /** Whose rules they are: the collection's own, or the default rule. */
  readonly rules: 'collection' | 'default'
  readonly has_schema: boolean
  readonly filters: readonly {
    readonly name: string
    readonly applies: boolean
    readonly why: WhyWire
    /** Extended JSON, with what its expansions stand for. */
    readonly query?: unknown
    readonly projection?: unknown
  }[]
  /** What is certain before any document is looked at. */
  readonly reads: 'all' | 'none' | 'each'
  readonly writes: 'all' | 'none' | 'each'
  /** The first ten that the query matches as they are stored, or that would be inserted. */
  readonly documents: readonly ExplainedDocumentWire[]
  readonly has_more: boolean
}
