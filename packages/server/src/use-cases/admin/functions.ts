import type { Refusal } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { toRefusal } from '../functions/refuse-function.ts'
import { getUser } from './users.ts'

/** A function that the operator runs. */
export type OperatorCall = {
  readonly name: string
  /** BSON values. */
  readonly args: readonly unknown[]
  /** As whom; `undefined` is the system. */
  readonly userId: string | undefined
  readonly requestId?: string
}

/** How it ended. */
export type OperatorCallResult = {
  /** A BSON value; `null` when it failed. */
  readonly result: unknown
  readonly printed: readonly string[]
  readonly failure?: { readonly message: string; readonly refusal: Refusal }
  readonly ms: number
}

/**
 * Runs any function of the app, private ones too, without asking `can_evaluate`. What goes wrong inside it is a result.
 *
 * @throws `functionNotFound`, `userNotFound`, `overloaded`
 */
export const runFunction = async (
  deps: Deps,
  app: App,
  { name, args, userId, requestId }: OperatorCall,
): Promise<OperatorCallResult> => {
  const caller = userId === undefined ? undefined : await getUser(deps, app, userId)
  if (!app.functions.some(one => one.name === name))
    throw new AppError('functionNotFound', { name })
  const printed: string[] = []
  const onPrinted = (lines: readonly string[]): void => {
    printed.push(...lines)
  }
  const since = performance.now()
  try {
    const result = await deps.functions.run(app, { name, args, caller, requestId, onPrinted })
    return { result, printed, ms: performance.now() - since }
  } catch (error) {
    const told = toRefusal(error, name)
    if (!(told instanceof AppError) || told.refusal === 'overloaded') throw told
    const failure = { message: told.message, refusal: told.refusal }
    return { result: null, printed, failure, ms: performance.now() - since }
  }
}
