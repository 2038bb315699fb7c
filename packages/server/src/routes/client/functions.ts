import {
  callFunctionBody,
  clientPaths,
  fromEjson,
  stringifyEjson,
  toFunctionResult,
} from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { Held } from '../../data/room/holding.ts'
import type { App } from '../../domain/app.ts'
import { readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { functionRequest } from '../../http/function-request.ts'
import { holdUntilSent } from '../../http/held.ts'
import { requireAccessToApp } from '../../http/require-session.ts'
import { writeEjson } from '../../http/write-ejson.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { callFunction } from '../../use-cases/functions/call-function.ts'

const stringifyFunctionResult = (result: unknown): string =>
  JSON.stringify(toFunctionResult(result))

/**
 * Functions called by clients, and operations of data sources: the answer is the bare result as extended JSON. Streams
 * are in `watch.ts`.
 *
 * A result with a text in a field `error` goes out as it is, though native clients take it for a refusal: so did the
 * original's.
 */
export const functionRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps, bodies } = context
  const bodyLimit = deps.config.bodyLimitBytes

  server.post(
    clientPaths.callFunction(':appId'),
    { bodyLimit, onRequest: requireAccessToApp(context), preParsing: bodies.hold },
    async (request, reply) => {
      const app = request.vars.app as App
      const { name, arguments: args = [], ...body } = readShape(callFunctionBody, request.body)
      const service = body.service ?? undefined
      const isService = service !== undefined
      let answer: Held | undefined
      const result = await callFunction(deps, app, {
        claims: request.vars.claims as AccessClaims,
        name,
        args: fromEjson(args, { promoteValues: !isService }) as unknown[],
        service,
        request: () => functionRequest(request),
        requestId: request.id,
        onHeld: held => {
          answer = held
          holdUntilSent(request, held)
        },
      })
      const text = await writeEjson(result, isService ? stringifyEjson : stringifyFunctionResult)
      answer?.mayBeCut(() => reply.raw.destroy())
      return reply.type('application/json').send(text)
    },
  )
}
