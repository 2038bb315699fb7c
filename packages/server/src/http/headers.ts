import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import type { HttpContext } from './context.ts'
import { originFor, takesCookies } from './cors.ts'

const isEmpty = (payload: unknown): boolean =>
  payload === undefined || payload === null || payload === ''

/** Sets what every response carries. */
export const setHeaders = (
  request: FastifyRequest,
  reply: FastifyReply,
  isStopping: boolean,
): void => {
  reply.header('x-appservices-request-id', request.id)
  reply.header('x-content-type-options', 'nosniff')
  reply.header('referrer-policy', 'no-referrer')
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  reply.header('vary', 'origin')
  const origin = originFor(request)
  if (origin !== undefined) {
    reply.header('access-control-allow-origin', origin)
    if (takesCookies(request)) reply.header('access-control-allow-credentials', 'true')
    reply.header('access-control-expose-headers', 'x-appservices-request-id, x-baas-location')
  }
  if (isStopping) reply.header('connection', 'close')
}

/**
 * The last word on headers. JSON is exactly `application/json`: with a parameter behind it native SDKs lose
 * every error; an empty answer has no content type, or realm-web fails to parse it.
 *
 * @see realm-core `app_utils.cpp`; realm-web `Fetcher.ts`
 */
export const headersHook =
  ({ isStopping }: HttpContext): onSendHookHandler =>
  (request, reply, payload, done) => {
    setHeaders(request, reply, isStopping())
    if (isEmpty(payload)) {
      reply.removeHeader('content-type')
    } else {
      const type = reply.getHeader('content-type')
      if (typeof type === 'string' && type.startsWith('application/json;'))
        reply.header('content-type', 'application/json')
    }
    done(null, payload)
  }
