import {
  adminPaths,
  errors,
  type FailedEventWire,
  fromEjson,
  type RunFunctionWire,
  runFunctionBody,
  toFunctionResult,
} from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import type { FailedDelivery } from '../../store/outbox.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import { type OperatorCallResult, runFunction } from '../../use-cases/admin/functions.ts'
import { listFailedEvents } from '../../use-cases/admin/triggers.ts'

type OfApp = { Params: { appId: string } }
type Run = OfApp & { Querystring: { user_id?: unknown; run_as_system?: unknown } }

/** @throws `fieldInvalid` unless exactly one of the two says as whom. */
const readUserId = ({ user_id: userId, run_as_system: asSystem }: Run['Querystring']) => {
  if (typeof userId === 'string' && asSystem === undefined) return userId
  if (userId === undefined && asSystem === 'true') return undefined
  throw new AppError('fieldInvalid', { detail: "give either 'user_id' or 'run_as_system=true'" })
}

const toWire = ({ result, printed, failure, ms }: OperatorCallResult): RunFunctionWire => {
  const code = failure && errors[failure.refusal].code
  return {
    result: failure ? null : toFunctionResult(result),
    logs: printed.length === 0 ? null : printed,
    ...(failure && { error: failure.message }),
    ...(code !== undefined && { error_code: code }),
    stats: { execution_time: `${Math.round(ms * 1000) / 1000}ms` },
  }
}

const toFailedEvent = (failed: FailedDelivery): FailedEventWire => ({
  _id: failed.id,
  trigger: failed.trigger,
  operation_type: failed.event.type,
  user_id: failed.user.id ?? '',
  time: Math.floor(failed.event.at / 1000),
  failed_at: Math.floor(failed.failedAt / 1000),
  attempts: failed.attempts,
  error: failed.error,
})

/** Functions run by the operator, and what triggers could not be told. */
export const functionRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  server.post<Run>(
    adminPaths.runFunction(':projectId', ':appId'),
    async (request): Promise<RunFunctionWire> => {
      const app = await getApp(deps, request.params.appId)
      const userId = readUserId(request.query)
      const { name, arguments: args = [] } = readShape(runFunctionBody, request.body)
      const call = { name, args: fromEjson(args) as unknown[], userId, requestId: request.id }
      return toWire(await runFunction(deps, app, call))
    },
  )

  server.get<OfApp>(
    adminPaths.failedEvents(':projectId', ':appId'),
    async ({ params }): Promise<FailedEventWire[]> =>
      (await listFailedEvents(deps, await getApp(deps, params.appId))).map(toFailedEvent),
  )
}
