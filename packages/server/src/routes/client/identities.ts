import { clientPaths } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { requireAccess } from '../../http/require-session.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { unlinkIdentity } from '../../use-cases/unlink-identity.ts'

/** Takes an identity off the user who asks, with the access token. Ours: the original could only link. */
export const identityRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const onRequest = requireAccess(context)

  server.delete<{ Params: { providerType: string; id: string } }>(
    clientPaths.identity(':providerType', ':id'),
    { onRequest },
    async ({ vars, params }, reply) => {
      await unlinkIdentity(context.deps, vars.claims as AccessClaims, params)
      return reply.code(204).send()
    },
  )
}
