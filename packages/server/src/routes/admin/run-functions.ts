import {
  adminPaths,
  errors,
  fromEjson,
  type RunFunctionWire,
  runFunctionBody,
  runFunctionQuery,
  runFunctionWire,
  runSourceBody,
  toEjson,
  toFunctionResult,
} from '@regent/protocol'
import type { z } from 'zod'
import { AppError } from '../../errors.ts'
import {
  type OperatorCallResult,
  runFunction,
  runOperation,
  runSource,
} from '../../use-cases/admin/functions.ts'
import { type AdminRoute, appRoute } from './route.ts'

const tag = 'functions'

/** @throws `fieldInvalid` unless exactly one of the two says as whom. */
const readUserId = ({
  user_id: userId,
  run_as_system: asSystem,
}: z.infer<typeof runFunctionQuery>): string | undefined => {
  if (userId !== undefined && asSystem === undefined) return userId
  if (userId === undefined && asSystem === 'true') return undefined
  throw new AppError('fieldInvalid', { detail: "give either 'user_id' or 'run_as_system=true'" })
}

const toWire = (
  { result, printed, failure, ms }: OperatorCallResult,
  toResult: (result: unknown) => unknown = toFunctionResult,
): RunFunctionWire => {
  const code = failure && errors[failure.refusal].code
  return {
    result: failure ? null : toResult(result),
    logs: printed.length === 0 ? null : printed,
    ...(failure && { error: failure.message }),
    ...(code !== undefined && { error_code: code }),
    stats: { execution_time: `${Math.round(ms * 1000) / 1000}ms` },
  }
}

/** Functions, operations of data sources and other code, run by the operator. */
export const runFunctionRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'POST',
    path: adminPaths.runFunction(':projectId', ':appId'),
    operation: 'runFunction',
    summary: 'Runs a function, or an operation of a data source, as a user or as the system.',
    tag,
    access: 'write',
    query: runFunctionQuery,
    body: runFunctionBody,
    answer: { status: 200, shape: runFunctionWire },
    handle: async ({ deps, app, query, body, request }) => {
      const { name, service } = body
      const call = { name, userId: readUserId(query), requestId: request.id }
      const args = (promoteValues: boolean): unknown[] =>
        fromEjson(body.arguments ?? [], { promoteValues }) as unknown[]
      return service
        ? toWire(await runOperation(deps, app, { ...call, service, args: args(false) }), toEjson)
        : toWire(await runFunction(deps, app, { ...call, args: args(true) }))
    },
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.runSource(':projectId', ':appId'),
    operation: 'runFunctionSource',
    summary: 'Runs code that is no function of the app, as a user or as the system.',
    tag,
    access: 'write',
    query: runFunctionQuery,
    body: runSourceBody,
    answer: { status: 200, shape: runFunctionWire },
    handle: async ({ deps, app, query, body, request }) =>
      toWire(
        await runSource(deps, app, {
          source: body.source,
          evalSource: body.eval_source || undefined,
          userId: readUserId(query),
          requestId: request.id,
        }),
      ),
  }),
]
