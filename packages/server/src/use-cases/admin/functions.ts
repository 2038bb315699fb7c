import type { Refusal } from '@regent/protocol'
import { system } from '../../data/actor.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { AppFunction } from '../../domain/function.ts'
import type { User } from '../../domain/user.ts'
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

/** An operation of a data source, as a client would call it. */
export type OperatorOperation = OperatorCall & { readonly service: string }

/** Code that is no function of the app. */
export type OperatorSource = Omit<OperatorCall, 'name' | 'args'> & {
  /** Assigns a function to `exports`. */
  readonly source: string
  /** Calls it. Default `exports()`. */
  readonly evalSource?: string | undefined
}

/** As the log knows code that is no function of the app. */
const sourceName = 'execute_function_source'

/** What goes wrong is a result, unless it says nothing of what was run. */
const resultOf = async (
  name: string,
  run: (onPrinted: (lines: readonly string[]) => void) => Promise<unknown>,
): Promise<OperatorCallResult> => {
  const printed: string[] = []
  const since = performance.now()
  try {
    const result = await run(lines => printed.push(...lines))
    return { result, printed, ms: performance.now() - since }
  } catch (error) {
    const told = toRefusal(error, name)
    if (!(told instanceof AppError) || told.refusal === 'overloaded') throw told
    const failure = { message: told.message, refusal: told.refusal }
    return { result: null, printed, failure, ms: performance.now() - since }
  }
}

const findCaller = async (
  deps: Deps,
  app: App,
  userId: string | undefined,
): Promise<User | undefined> => (userId === undefined ? undefined : getUser(deps, app, userId))

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
  const caller = await findCaller(deps, app, userId)
  if (!app.functions.some(one => one.name === name))
    throw new AppError('functionNotFound', { name })
  return resultOf(name, onPrinted =>
    deps.functions.run(app, { name, args, caller, requestId, onPrinted }),
  )
}

/**
 * Does an operation of a data source under the user's rules, or past all of them as the system.
 *
 * @throws `userNotFound`
 */
export const runOperation = async (
  deps: Deps,
  app: App,
  { service, name: action, args, userId }: OperatorOperation,
): Promise<OperatorCallResult> => {
  const user = await findCaller(deps, app, userId)
  const actor = user ? ({ kind: 'user', user } as const) : system
  const call = { service, action, args, dialect: 'client' } as const
  return resultOf(action, () => deps.data.run(app, call, actor))
}

/** Code that assigns to `exports` or `module.exports`, as a function's may, and then what calls it. */
const wrap = (source: string, evalSource: string): string => `exports = async () => {
let exports = {}, module = { exports }
${source}
;if (typeof exports !== 'function') exports = module.exports
return await eval(${JSON.stringify(evalSource)})
}`

/**
 * Runs code beside the app's functions, as if it were one of them.
 *
 * @throws `userNotFound`, `overloaded`
 */
export const runSource = async (
  deps: Deps,
  app: App,
  { source, evalSource = 'exports()', userId, requestId }: OperatorSource,
): Promise<OperatorCallResult> => {
  const caller = await findCaller(deps, app, userId)
  const added: AppFunction = {
    name: sourceName,
    source: wrap(source, evalSource),
    private: true,
    canEvaluate: {},
    disableArgLogs: true,
    runAsSystem: caller === undefined,
  }
  const others = app.functions.filter(({ name }) => name !== sourceName)
  const own = { ...app, functions: [...others, added] }
  const call = { name: sourceName, args: [], caller, requestId, isOnce: true }
  return resultOf(sourceName, onPrinted => deps.functions.run(own, { ...call, onPrinted }))
}
