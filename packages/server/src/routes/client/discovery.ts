import { clientPaths, issuer } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'

const cached = 'public, max-age=300'

/** What other services need to check access tokens on their own, and what is not offered. */
export const discoveryRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  const { publicUrl } = deps.config

  server.get(clientPaths.jwks(':appId'), async (request, reply) => {
    reply.header('cache-control', cached)
    return deps.tokens.jwks(request.vars.app as App)
  })

  server.get(clientPaths.openidConfiguration(':appId'), (request, reply) => {
    const { clientAppId } = request.vars.app as App
    reply.header('cache-control', cached).send({
      issuer: issuer(publicUrl, clientAppId),
      jwks_uri: `${publicUrl}${clientPaths.jwks(clientAppId)}`,
    })
  })

  server.get(clientPaths.realmSync(':appId'), () => {
    throw new AppError('syncNotOffered')
  })
}
