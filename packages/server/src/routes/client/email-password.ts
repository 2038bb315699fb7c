import {
  clientPaths,
  confirmBody,
  emailBody,
  fromEjson,
  registerBody,
  resetBody,
  resetCallBody,
} from '@regent/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodType, z } from 'zod'
import type { App } from '../../domain/app.ts'
import { readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { functionRequest } from '../../http/function-request.ts'
import { confirm } from '../../use-cases/email-password/confirm.ts'
import { register } from '../../use-cases/email-password/register.ts'
import { rerunConfirmation } from '../../use-cases/email-password/rerun-confirmation.ts'
import { resendConfirmation } from '../../use-cases/email-password/resend-confirmation.ts'
import { reset } from '../../use-cases/email-password/reset.ts'
import { resetByFunction } from '../../use-cases/email-password/reset-by-function.ts'
import { sendReset } from '../../use-cases/email-password/send-reset.ts'

/**
 * Everything of `local-userpass` but the login. No answer has a body, and an `Authorization` header means
 * nothing here: realm-web sends the current user's with it.
 */
export const emailPasswordRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  const post = <Schema extends ZodType>(
    path: string,
    schema: Schema,
    run: (app: App, input: z.infer<Schema>, request: FastifyRequest) => Promise<unknown>,
    status = 204,
  ): void => {
    server.post(path, async (request, reply) => {
      await run(
        request.vars.app as App,
        readShape(schema, request.body === undefined ? {} : request.body),
        request,
      )
      return reply.code(status).send()
    })
  }

  post(
    clientPaths.register(':appId'),
    registerBody,
    (app, input, request) => register(deps, app, { ...input, request: functionRequest(request) }),
    201,
  )
  post(clientPaths.confirm(':appId'), confirmBody, (app, input) => confirm(deps, app, input))
  post(clientPaths.confirmSend(':appId'), emailBody, (app, input) =>
    resendConfirmation(deps, app, input),
  )
  post(clientPaths.confirmCall(':appId'), emailBody, (app, input, request) =>
    rerunConfirmation(deps, app, { ...input, request: functionRequest(request) }),
  )
  post(clientPaths.reset(':appId'), resetBody, (app, input) => reset(deps, app, input))
  post(clientPaths.resetSend(':appId'), emailBody, (app, input) => sendReset(deps, app, input))
  post(clientPaths.resetCall(':appId'), resetCallBody, (app, input, request) =>
    resetByFunction(deps, app, {
      ...input,
      arguments: fromEjson(input.arguments ?? []) as unknown[],
      request: functionRequest(request),
    }),
  )
}
