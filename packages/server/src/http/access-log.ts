import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpContext } from './context.ts'

const pathOf = (url: string): string => {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** One line per request. The query is left out: some clients put tokens there. */
export const logAccess = (
  request: FastifyRequest,
  reply: FastifyReply,
  { deps }: HttpContext,
): void => {
  const { vars, raw } = request
  deps.log.info('request', {
    requestId: request.id,
    method: raw.method,
    path: pathOf(raw.url ?? ''),
    status: reply.raw.headersSent ? reply.raw.statusCode : 499,
    ms: Math.round((performance.now() - vars.startedAt) * 10) / 10,
    app: vars.app?.clientAppId,
    user: vars.claims?.userId,
    refusal: vars.refusal,
    ip: request.ip,
  })
}
