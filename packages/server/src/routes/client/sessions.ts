import { clientPaths, type SessionWire } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { requireAccess } from '../../http/require-session.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import {
  endOtherSessions,
  endSession,
  listSessions,
  type SeenSession,
} from '../../use-cases/own-sessions.ts'
import { toSeconds } from '../to-seconds.ts'

const toWire = ({ session, device, isCurrent }: SeenSession): SessionWire => ({
  id: session.id,
  device_id: session.deviceId,
  device: device?.details ?? {},
  provider_type: session.providerType,
  created_at: toSeconds(session.createdAt),
  last_used_at: toSeconds(session.lastUsedAt),
  current: isCurrent,
})

/** Sessions of the user who asks; all take the access token. Ours: the original had no such calls. */
export const ownSessionRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps } = context
  const onRequest = requireAccess(context)

  server.get(clientPaths.sessions(), { onRequest }, async request =>
    (await listSessions(deps, request.vars.claims as AccessClaims)).map(toWire),
  )

  server.delete(clientPaths.sessions(), { onRequest }, async (request, reply) => {
    await endOtherSessions(deps, request.vars.claims as AccessClaims)
    return reply.code(204).send()
  })

  server.delete<{ Params: { id: string } }>(
    clientPaths.sessionOf(':id'),
    { onRequest },
    async ({ vars, params }, reply) => {
      await endSession(deps, vars.claims as AccessClaims, params.id)
      return reply.code(204).send()
    },
  )
}
