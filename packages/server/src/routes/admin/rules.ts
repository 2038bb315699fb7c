import {
  adminPaths,
  explainRulesBody,
  fromEjson,
  type RulesExplanationWire,
  toEjson,
} from '@regent/protocol'
import type { Document } from 'bson'
import type { FastifyInstance } from 'fastify'
import type { Explanation } from '../../data/rules/explain/explanation.ts'
import { readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import { explainRules } from '../../use-cases/admin/rules.ts'

type OfApp = { Params: { appId: string } }

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
export const ruleRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  server.post<OfApp>(
    adminPaths.explainRules(':projectId', ':appId'),
    async ({ params, body }): Promise<RulesExplanationWire> => {
      const app = await getApp(deps, params.appId)
      const { user_id: userId, arguments: given = {}, ...asked } = readShape(explainRulesBody, body)
      const args = fromEjson(given, { promoteValues: false }) as Document
      return toWire(await explainRules(deps, app, { ...asked, userId, args }))
    },
  )
}
