import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
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
  /** BSON values. */
  readonly args: readonly unknown[]
  /** A data source or other service whose function is meant. */
  readonly service?: string | undefined
  readonly request?: FunctionRequest | undefined
  readonly requestId?: string | undefined
}

/**
 * Calls a function of the app as the user, and gives its result as a BSON value. A private function is unknown to
 * clients.
 *
 * @throws `sessionInvalid` for another app's token, and for a user who is gone, disabled or being deleted;
 * `serviceNotFound`, `functionNotFound`, `functionRefused`, `functionFailed`, `functionTimeout`, `overloaded`
 */
export const callFunction = async (
  deps: Deps,
  app: App,
  { claims, name, args, service, request, requestId }: ClientCall,
): Promise<unknown> => {
  if (claims.app.id !== app.id) throw new AppError('sessionInvalid')
  if (service !== undefined) throw new AppError('serviceNotFound', { name: service })
  const called = app.functions.find(one => one.name === name)
  if (!called || called.private) throw new AppError('functionNotFound', { name })
  const caller = await getProfile(deps, claims)
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
