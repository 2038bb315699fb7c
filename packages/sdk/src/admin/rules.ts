import type { RulesExplanationWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'

/** Why an expression of a rule holds or not: a sentence, and those about its parts. */
export type RuleReason = {
  readonly text: string
  readonly holds: boolean
  readonly parts?: readonly RuleReason[]
}

/** What the rules say about one document. */
export type ExplainedDocument = {
  /** Canonical extended JSON. */
  readonly id: unknown
  /** False when the filters leave it out. */
  readonly passes: boolean
  /** Roles that were asked, in order, up to the one that applies. */
  readonly roles: readonly {
    readonly name: string
    readonly applies: boolean
    readonly why: RuleReason
  }[]
  /** The role that applies; `null` when none does. */
  readonly role: string | null
  /** Permissions of that role, by their path in it. */
  readonly permissions: readonly { readonly name: string; readonly why: RuleReason }[]
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
export type RulesExplanation = {
  /** Whose rules they are: the collection's own, or the default rule. */
  readonly rules: 'collection' | 'default'
  readonly hasSchema: boolean
  readonly filters: readonly {
    readonly name: string
    readonly applies: boolean
    readonly why: RuleReason
    /** Canonical extended JSON, with what its expansions stand for. */
    readonly query?: unknown
    readonly projection?: unknown
  }[]
  /** What is certain before any document is looked at. */
  readonly reads: 'all' | 'none' | 'each'
  readonly writes: 'all' | 'none' | 'each'
  /** The first ten that the query matches as they are stored, or that would be inserted. */
  readonly documents: readonly ExplainedDocument[]
  readonly hasMore: boolean
}

export type ExplainRulesOptions = {
  /** Name of the data source. */
  readonly source: string
  readonly database: string
  readonly collection: string
  /** The user whose rights count. */
  readonly userId: string
  /** `find`, `insertOne`, `updateOne`, `deleteOne` … */
  readonly operation: string
  /** Extended JSON, named as clients name them: `query`, `update`, `document` … Default `{}`. */
  readonly args?: Readonly<Record<string, unknown>>
}

export type AdminRules = {
  /**
   * Says which rules count for an operation of a user, what they say about each document, and why. Nothing is written;
   * functions that rules name are called.
   *
   * @throws AdminError
   */
  explain(app: AdminApp, options: ExplainRulesOptions): Promise<RulesExplanation>
}

export const createAdminRules = ({ request, projectId }: AdminHttp): AdminRules => ({
  explain: async (app, { source, database, collection, userId, operation, args = {} }) => {
    const path = adminPaths.explainRules(await projectId(), app.id)
    const place = { source, database, collection }
    const body = { ...place, user_id: userId, operation, arguments: args }
    const told = await request<RulesExplanationWire>('POST', path, { body })
    const { has_schema: hasSchema, has_more: hasMore, ...rest } = told
    return { ...rest, hasSchema, hasMore }
  },
})
