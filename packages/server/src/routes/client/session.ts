import { clientPaths, type RefreshWire } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { requireRefresh } from '../../http/require-session.ts'
import { logOut } from '../../use-cases/log-out.ts'
import { refreshSession } from '../../use-cases/refresh-session.ts'

/** The life of a session after the login; both take the refresh token. */
export const sessionRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps } = context
  const onRequest = requireRefresh(context)

  server.post(clientPaths.session(), { onRequest }, async (request, reply) => {
    const { accessToken } = await refreshSession(deps, request.vars.bearer as string)
    reply.code(201)
    return { access_token: accessToken } satisfies RefreshWire
  })

  server.delete(clientPaths.session(), { onRequest }, async (request, reply) => {
    await logOut(deps, request.vars.bearer as string)
    return reply.code(204).send()
  })
}
