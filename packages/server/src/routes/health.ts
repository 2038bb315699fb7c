import { serverPaths } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { Documents } from '../documents/documents.ts'
import { AppError } from '../errors.ts'
import type { HttpContext } from '../http/context.ts'

/** For machines that watch the server: alive at all, and able to take writes. */
export const healthRoutes = (
  server: FastifyInstance,
  { isStopping }: HttpContext,
  documents: Documents,
): void => {
  server.get(serverPaths.healthy(), (_request, reply) => {
    reply.send({ status: 'ok' })
  })

  server.get(serverPaths.ready(), async () => {
    if (isStopping()) throw new AppError('overloaded')
    try {
      await documents.ping()
    } catch (cause) {
      throw new AppError('storeUnavailable', {}, { cause })
    }
    return { status: 'ok' }
  })
}
