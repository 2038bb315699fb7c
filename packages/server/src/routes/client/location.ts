import { clientPaths, type LocationWire } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'

/** Where clients send everything else: this server, under its public name. */
export const locationRoutes = (server: FastifyInstance, { baseUrl }: HttpContext): void => {
  server.get(clientPaths.location(':appId'), (request, reply) => {
    const hostname = baseUrl.of(request.raw)
    reply.send({
      deployment_model: 'GLOBAL',
      location: 'US-VA',
      hostname,
      ws_hostname: hostname.replace(/^http/, 'ws'),
    } satisfies LocationWire)
  })
}
