import type { Held } from '../../data/room/holding.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import type { FunctionRequest } from '../../functions/call.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { getProfile } from '../profile.ts'
import { holdsFor } from './holds-for.ts'
import { toRefusal } from './refuse-function.ts'

/** A client's call. */
export type ClientCall = {
  readonly claims: AccessClaims
  readonly name: string
  /** BSON values; for a service with numbers in their BSON classes. */
  readonly args: readonly unknown[]
  /** The data source of which this is an operation. */
  readonly service?: string | undefined
  /** Asked only where the app's code or rules look at it. */
  readonly request?: () => FunctionRequest
  readonly requestId?: string | undefined
  /** As `DataCall.onHeld`. */
  readonly onHeld?: (held: Held) => void
}

const callService = async (
  { data }: Deps,
  app: App,
  {
    user,
    service,
    call: { name, args, request, onHeld },
  }: {
    readonly user: User
    readonly service: string
    readonly call: Omit<ClientCall, 'claims' | 'service'>
  },
): Promise<unknown> => {
  const call = {
    service,
    action: name,
    args,
    dialect: 'client',
    ...(onHeld && { onHeld }),
  } as const
  return data.run(app, call, {
    kind: 'user',
    user,
    get request() {
      return { ...request?.(), service, action: name }
    },
  })
}

/**
 * Calls a function of the app, or does an operation of a data source, as the user, and gives its result as a BSON
 * value. A private function is unknown to clients.
 *
 * @throws `sessionInvalid` for another app's token, and for a user who is gone, disabled or being deleted;
 * `functionNotFound`, `functionRefused`, `functionFailed`, `functionTimeout`, `overloaded`; what `Data.run` throws
 */
export const callFunction = async (
  deps: Deps,
  app: App,
  { claims, service, ...call }: ClientCall,
): Promise<unknown> => {
  if (claims.app.id !== app.id) throw new AppError('sessionInvalid')
  if (service !== undefined) {
    const user = await getProfile(deps, claims)
    return callService(deps, app, { user, service, call })
  }
  const { name, args, requestId } = call
  const called = app.functions.find(one => one.name === name)
  if (!called || called.private) throw new AppError('functionNotFound', { name })
  const caller = await getProfile(deps, claims)
  const request = call.request?.()
  const asker = { user: caller, request }
  if (!(await holdsFor(deps, app, { expression: called.canEvaluate, asker }))) {
    throw new AppError('functionRefused', { name })
  }
  try {
    return await deps.functions.run(app, { name, args, caller, request, requestId })
  } catch (error) {
    throw toRefusal(error, name)
  }
}
