import { clientPaths } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { requireAccessToApp } from '../../http/require-session.ts'

/**
 * Registering a device for push messages. No service sends any here, so each is unknown, in words that native
 * SDKs show.
 *
 * @see realm-core `push_client.cpp`
 */
export const pushRoutes = (server: FastifyInstance, context: HttpContext): void => {
  server.route<{ Params: { service: string } }>({
    method: ['PUT', 'DELETE'],
    url: clientPaths.pushRegistration(':appId', ':service'),
    onRequest: requireAccessToApp(context),
    handler: ({ params }) => {
      throw new AppError('serviceNotFound', { name: params.service })
    },
  })
}
