import {
  callFunctionBody,
  clientPaths,
  fromEjson,
  toEjson,
  toFunctionResult,
} from '@regent/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { App } from '../../domain/app.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { functionRequest } from '../../http/function-request.ts'
import { requireAccessToApp, requireAccessToStream } from '../../http/require-session.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { callFunction } from '../../use-cases/functions/call-function.ts'

type Streaming = { readonly baas_request?: unknown }

/** Name of the service that a stream is asked of. @throws `fieldInvalid` */
const readService = ({ query }: FastifyRequest): string => {
  const { baas_request: asked } = query as Streaming
  try {
    const call = JSON.parse(Buffer.from(String(asked), 'base64').toString('utf8'))
    return typeof call.service === 'string' ? call.service : ''
  } catch (cause) {
    const detail = "'baas_request' must be a call as JSON in base64"
    throw new AppError('fieldInvalid', { detail }, { cause })
  }
}

/**
 * Functions called by clients: the answer is the bare result as extended JSON. Streams are for services, and there are
 * none yet.
 */
export const functionRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps } = context
  const bodyLimit = deps.config.bodyLimitBytes

  server.post(
    clientPaths.callFunction(':appId'),
    { bodyLimit, onRequest: requireAccessToApp(context) },
    async (request, reply) => {
      const app = request.vars.app as App
      const { name, arguments: args = [], ...body } = readShape(callFunctionBody, request.body)
      const service = body.service ?? undefined
      const isService = service !== undefined
      const result = await callFunction(deps, app, {
        claims: request.vars.claims as AccessClaims,
        name,
        args: fromEjson(args, { promoteValues: !isService }) as unknown[],
        service,
        request: functionRequest(request),
        requestId: request.id,
      })
      const answer = isService ? toEjson(result) : toFunctionResult(result)
      return reply.type('application/json').send(JSON.stringify(answer))
    },
  )

  server.get(
    clientPaths.callFunction(':appId'),
    { onRequest: requireAccessToStream(context) },
    request => {
      throw new AppError('serviceNotFound', { name: readService(request) })
    },
  )
}
