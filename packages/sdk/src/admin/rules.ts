import type { ExplainedDocumentWire, RulesExplanationWire, WhyWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'

/** Why an expression of a rule holds or not: a sentence, and those about its parts. */
export type RuleReason = WhyWire

/** What the rules say about one document; values are canonical extended JSON. */
export type ExplainedDocument = ExplainedDocumentWire

/** What the rules say about an operation of a user. Values of secrets are not shown. */
export type RulesExplanation = Omit<RulesExplanationWire, 'has_schema' | 'has_more'> & {
  readonly hasSchema: boolean
  /** True when the query matches more documents than are told. */
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
