import { type RequestListener, Server } from 'node:http'
import { operatorRoots } from '@regent/protocol'
import { type FastifyInstance, type FastifyServerFactory, fastify } from 'fastify'
import type { Documents } from './documents/documents.ts'
import { AppError } from './errors.ts'
import { noteRequests } from './http/activity/note-requests.ts'
import { atFirstRequest } from './http/at-first-request.ts'
import type { HttpContext } from './http/context.ts'
import { type ErrorReply, openErrorReply } from './http/errors.ts'
import { headersHook, setHeaders } from './http/headers.ts'
import { type InFlight, openInFlight } from './http/in-flight.ts'
import { type Listener, refuseOnWire } from './http/listener.ts'
import { takeJson } from './http/read-json.ts'
import { newVars } from './http/vars.ts'
import { pageRoutes } from './pages/index.ts'
import { clientRoutes } from './routes/client/index.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoute } from './routes/metrics.ts'

export type AppOptions = {
  readonly context: HttpContext
  readonly documents: Documents
  readonly operatorKey: string
  /** Bound already; its requests are answered once the app is ready. */
  readonly listener: Listener
}

const createServer = (
  { deps, isStopping, projectId }: HttpContext,
  serverFactory: FastifyServerFactory,
  replyError: ErrorReply,
): FastifyInstance =>
  fastify({
    serverFactory,
    genReqId: () => deps.newId(),
    bodyLimit: deps.config.bodyLimitBytes,
    clientErrorHandler: refuseOnWire(deps.newId, `${deps.config.publicUrl}/groups/${projectId}`),
    frameworkErrors: (error, request, reply) => {
      request.vars = newVars()
      setHeaders(request, reply, isStopping())
      reply.header('content-type', 'application/json').serializer(JSON.stringify)
      replyError(error, request, reply)
    },
    trustProxy: deps.config.trustedProxies ?? false,
    return503OnClosing: false,
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: longestParam,
    },
  })

/** An identity's id stands in the path of its unlink; providers give ids of 255 characters, escaped three times as long. */
const longestParam = 2_048

type Common = { readonly context: HttpContext; readonly inFlight: InFlight }

/** What every request meets in order, then the routes. */
const openApp = async (
  { context, inFlight }: Common,
  server: Server,
  mount: (app: FastifyInstance) => void,
): Promise<RequestListener> => {
  const replyError = openErrorReply(context)
  const { promise, resolve } = Promise.withResolvers<RequestListener>()
  const serverFactory: FastifyServerFactory = handler => {
    resolve(handler)
    return server
  }
  const app = createServer(context, serverFactory, replyError)

  takeJson(app)
  app.decorateRequest('vars')
  app.addHook('onRequest', inFlight.begin)
  app.addHook('onSend', noteRequests(context))
  app.addHook('onSend', headersHook(context))
  app.setErrorHandler(replyError)
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request
    const path = url.split('?', 1)[0]?.slice(0, 256) ?? ''
    return replyError(new AppError('routeNotFound', { method, path }), request, reply)
  })
  mount(app)
  await app.ready()
  return promise
}

/** However many slashes stand where one belongs, as for the routes. */
const isForOperators = (url = ''): boolean => {
  const path = url.includes('//') ? url.replace(/\/+/g, '/') : url
  return operatorRoots.some(root => path.startsWith(root))
}

/**
 * One page: every mount. What operators ask for is loaded at their first request: most servers have none for days, and
 * its shapes take megabytes.
 */
export const buildApp = async (options: AppOptions): Promise<void> => {
  const { context, documents, operatorKey, listener } = options
  const inFlight = openInFlight(context)
  const common = { context, inFlight }
  const forApps = await openApp(common, listener.server, app => {
    healthRoutes(app, context, documents)
    metricsRoute(app, context, inFlight)
    clientRoutes(app, context, inFlight)
    pageRoutes(app, context)
  })
  const loadForOperators = async (): Promise<RequestListener> => {
    const { adminRoutes } = await import('./routes/admin/index.ts')
    return openApp(common, new Server(), app => adminRoutes(app, context, operatorKey))
  }
  const forOperators = atFirstRequest(loadForOperators, error =>
    context.deps.log.error('the Admin API cannot be loaded', { err: error }),
  )
  listener.answerWith((request, response) => {
    const answer = isForOperators(request.url) ? forOperators : forApps
    answer(request, response)
  })
}
