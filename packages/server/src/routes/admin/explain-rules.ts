import {
  adminPaths,
  explainRulesBody,
  fromEjson,
  type RulesExplanationWire,
  rulesExplanationWire,
  toEjson,
} from '@regent/protocol'
import type { Document } from 'bson'
import type { Explanation } from '../../data/rules/explain/explanation.ts'
import { explainRules } from '../../use-cases/admin/rules.ts'
import { type AdminRoute, appRoute } from './route.ts'

const toWire = (explanation: Explanation): RulesExplanationWire => {
  const { hasSchema, hasMore, filters, documents, ...rest } = explanation
  return {
    ...rest,
    has_schema: hasSchema,
    has_more: hasMore,
    filters: filters.map(({ query, projection, ...filter }) => ({
      ...filter,
      ...(query && { query: toEjson(query) }),
      ...(projection && { projection: toEjson(projection) }),
    })),
    documents: documents.map(({ id, ...document }) => ({ ...document, id: toEjson(id) })),
  }
}

/** What the rules of an app say. */
export const explainRuleRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'POST',
    path: adminPaths.explainRules(':projectId', ':appId'),
    operation: 'explainRules',
    summary:
      'What the rules say about an operation of a user, and why. Functions that they name are called.',
    tag: 'rules',
    access: 'write',
    body: explainRulesBody,
    answer: { status: 200, shape: rulesExplanationWire },
    handle: async ({ deps, app, body }) => {
      const { user_id: userId, arguments: given = {}, ...asked } = body
      const args = fromEjson(given, { promoteValues: false }) as Document
      return toWire(await explainRules(deps, app, { ...asked, userId, args }))
    },
  }),
]
