import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { z } from 'zod'
import type { App } from '../../domain/app.ts'
import type { Operator } from '../../domain/operator.ts'
import { AppError, readShape } from '../../errors.ts'
import { beginAction, noteMade } from '../../http/activity/audit-requests.ts'
import type { HttpContext } from '../../http/context.ts'
import type { OperatorGuard } from '../../http/require-operator.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import type { AdminRoute } from './route.ts'

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

/**
 * What the shape does not name is ignored.
 *
 * @throws `fieldInvalid`, for a parameter given twice too
 */
const readQuery = (shape: z.ZodType, query: unknown): unknown => {
  const given = query as Readonly<Record<string, unknown>>
  const names = shape instanceof z.ZodObject ? Object.keys(shape.shape) : Object.keys(given)
  for (const name of names) {
    if (Array.isArray(given[name]))
      throw new AppError('fieldInvalid', { detail: `'${name}' must be given once` })
  }
  return readShape(shape, query)
}

/** Clients without anything to say send nothing, `""` or `{}`. */
const readBody = (shape: z.ZodType, body: unknown): unknown =>
  readShape(shape, body === undefined || body === '' ? {} : body)

/** Whoever uses a route that is open to all. */
const nobody: Operator = { id: '', name: 'nobody', kind: 'admin', role: 'read-only' }

/** Also notes the app for links and for the access log. */
const readApp = async ({ deps }: HttpContext, request: FastifyRequest): Promise<App> => {
  const { appId = '' } = request.params as { readonly appId?: string }
  const app = await getApp(deps, appId)
  request.vars.app = app
  return app
}

const perform = async (
  context: HttpContext,
  route: AdminRoute,
  { request, reply }: Exchange,
): Promise<unknown> => {
  const app = route.isOfApp ? await readApp(context, request) : undefined
  return route.handle({
    deps: context.deps,
    context,
    operator: request.vars.operator ?? nobody,
    params: request.params as Readonly<Record<string, string>>,
    query: route.query ? readQuery(route.query, request.query) : {},
    body: route.body ? readBody(route.body, request.body) : undefined,
    request,
    reply,
    ...(app && { app }),
  })
}

const answer = async (
  context: HttpContext,
  route: AdminRoute,
  exchange: Exchange,
): Promise<unknown> => {
  const { request, reply } = exchange
  if (route.access === 'write') await beginAction(context, request)
  const result = await perform(context, route, exchange)
  noteMade(request, result)
  if (reply.sent) return reply
  reply.code(route.answer.status)
  if ('contentType' in route.answer && !reply.hasHeader('content-type'))
    reply.header('content-type', route.answer.contentType)
  return route.answer.status === 204 ? reply.send() : result
}

/** What changes something, and who logs in. */
const isAudited = ({ access, method }: AdminRoute): boolean =>
  access === 'write' || (access === 'open' && method === 'POST')

const toOptions = (
  context: HttpContext,
  route: AdminRoute,
  guard: OperatorGuard,
): RouteOptions => ({
  method: route.method,
  url: route.path,
  ...(isAudited(route) && { config: { audited: route.operation } }),
  ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
  ...((route.access === 'read' || route.access === 'write') && { onRequest: guard(route.access) }),
  handler: (request, reply) => answer(context, route, { request, reply }),
})

/** Bodies of other types than JSON are left to the handler, as they come; none is an empty one. */
const serveStream = (server: FastifyInstance, options: RouteOptions): void => {
  server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
    scope.addHook('preHandler', async request => {
      request.body ??= Readable.from([])
    })
    scope.route(options)
    done()
  })
}

/** Serves the rows of a table. */
export const serveRoutes = (
  server: FastifyInstance,
  context: HttpContext,
  { routes, guard }: { readonly routes: readonly AdminRoute[]; readonly guard: OperatorGuard },
): void => {
  for (const route of routes) {
    const options = toOptions(context, route, guard)
    if (route.takes === undefined) server.route(options)
    else serveStream(server, options)
  }
}
