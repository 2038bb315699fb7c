import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Operator } from '../../domain/operator.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { requireOperator } from '../../http/require-operator.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import type { AdminRoute } from './route.ts'

/** @throws `fieldInvalid`, for a parameter given twice too. */
const readQuery = (shape: z.ZodType, query: unknown): unknown => {
  for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
    if (Array.isArray(value))
      throw new AppError('fieldInvalid', { detail: `'${name}' must be given once` })
  }
  return readShape(shape, query)
}

/** Whoever uses a route that is open to all. */
const nobody: Operator = { id: '', name: 'nobody', kind: 'admin', role: 'read-only' }

const answer = async (
  context: HttpContext,
  route: AdminRoute,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<unknown> => {
  const { deps } = context
  const params = request.params as Readonly<Record<string, string>>
  const app = route.isOfApp ? await getApp(deps, params.appId ?? '') : undefined
  const result = await route.handle({
    deps,
    context,
    operator: request.vars.operator ?? nobody,
    params,
    query: route.query ? readQuery(route.query, request.query) : {},
    body: route.body ? readShape(route.body, request.body ?? {}) : undefined,
    request,
    reply,
    ...(app && { app }),
  })
  if (reply.sent) return reply
  reply.code(route.answer.status)
  return route.answer.status === 204 ? reply.send() : result
}

/** Serves the rows of a table. */
export const serveRoutes = (
  server: FastifyInstance,
  context: HttpContext,
  { routes, operatorKey }: { readonly routes: readonly AdminRoute[]; readonly operatorKey: string },
): void => {
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
      onRequest: requireOperator(operatorKey, context),
      handler: (request, reply) => answer(context, route, { request, reply }),
    })
  }
}
