import { type ErrorWire, errors, JsonError, type Refusal } from '@regent/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUnavailable } from '../documents/error.ts'
import { AppError } from '../errors.ts'
import type { HttpContext } from './context.ts'

type FrameworkError = { readonly code?: unknown; readonly statusCode?: unknown }

/** What the framework itself refuses, in our words. */
const fromFramework = (
  error: Error & FrameworkError,
  { routeOptions }: FastifyRequest,
): AppError | undefined => {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new AppError('bodyTooLarge', { limit: String(routeOptions.bodyLimit) })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new AppError('requestUnreadable', { detail: 'content type is malformed' })
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new AppError('requestUnreadable', { detail: 'the path is malformed' })
  }
  const { statusCode } = error
  const isTheirs = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isTheirs
    ? new AppError('requestUnreadable', { detail: 'the body is malformed' }, { cause: error })
    : undefined
}

/** The fact behind whatever was thrown; `internal` for what is no fact of ours. */
const toAppError = (error: unknown, request: FastifyRequest): AppError => {
  if (error instanceof AppError) return error
  if (error instanceof JsonError) return new AppError('bodyUnreadable', { detail: error.message })
  if (isUnavailable(error)) return new AppError('storeUnavailable', {}, { cause: error })
  const told = error instanceof Error ? fromFramework(error, request) : undefined
  return told ?? new AppError('internal', {}, { cause: error })
}

/** Where the request's log entry can be found; native SDKs show it to developers. */
const logLink = (request: FastifyRequest, { baseUrl, projectId }: HttpContext): string => {
  const { app } = request.vars
  const place = app ? `/apps/${app.id}` : ''
  return `${baseUrl.of(request.raw)}/groups/${projectId}${place}/logs?co_id=${request.id}`
}

const bodyOf = (refusal: Refusal, message: string, link: string): ErrorWire => {
  const { code } = errors[refusal]
  return code === undefined ? { error: message, link } : { error: message, error_code: code, link }
}

/** Whose reason a client is not told, so that the log has to. */
const untold: ReadonlySet<Refusal> = new Set([
  'internal',
  'storeUnavailable',
  'dataSourceUnavailable',
])

/** The fact behind what was thrown, noted for the access log; what is not told to the client is logged here. */
export const noteRefusal = (
  error: unknown,
  request: FastifyRequest,
  context: HttpContext,
): AppError => {
  const told = toAppError(error, request)
  request.vars.refusal = told.refusal
  request.vars.problem = told.message
  request.vars.reason = told.reason
  if (untold.has(told.refusal)) {
    context.deps.log.error('request failed', { requestId: request.id, err: told.cause ?? told })
  }
  return told
}

export type ErrorReply = (
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
) => FastifyReply

/** The only place where an error becomes a response of the APIs. */
export const openErrorReply =
  (context: HttpContext): ErrorReply =>
  (error, request, reply) => {
    const told = noteRefusal(error, request, context)
    const { status } = errors[told.refusal]
    if (status === 503) reply.header('retry-after', '1')
    if (status === 429) reply.header('retry-after', told.values.seconds ?? '1')
    return reply.code(status).send(bodyOf(told.refusal, told.message, logLink(request, context)))
  }
