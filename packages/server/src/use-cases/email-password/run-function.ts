import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { FunctionError, type FunctionRequest } from '../../functions/call.ts'

/** What the app's function decided. `failed` is everything that is no decision: a throw, another result, no function. */
export type Decision = 'success' | 'pending' | 'fail' | 'failed'

/** The call that shall decide. */
export type DecisionCall = {
  readonly name: string
  readonly args: readonly unknown[]
  readonly request?: FunctionRequest | undefined
}

const readStatus = (result: unknown): Decision | undefined => {
  const status = (result as { readonly status?: unknown } | null | undefined)?.status
  return status === 'success' || status === 'pending' || status === 'fail' ? status : undefined
}

const kindOf = (result: unknown): string => {
  if (result === null || typeof result !== 'object') return String(result).slice(0, 64)
  return `an object with ${Object.keys(result).slice(0, 8).join(', ') || 'nothing'} in it`
}

/**
 * Asks a confirmation or reset function of the app. What went wrong with it is for the log: its caller is anybody.
 *
 * @throws `overloaded`
 */
export const askToDecide = async (
  { functions, log }: Deps,
  app: App,
  { name, args, request }: DecisionCall,
): Promise<Decision> => {
  const about = { app: app.clientAppId, function: name }
  try {
    const result = await functions.run(app, { name, args, caller: undefined, request })
    const status = readStatus(result)
    if (status === undefined) {
      const returned = kindOf(result)
      log.error('a function decided nothing: its status must be success, pending or fail', {
        ...about,
        returned,
      })
    }
    return status ?? 'failed'
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    if (error.problem === 'overloaded') throw new AppError('overloaded', {}, { cause: error })
    log.error('a function decided nothing', { ...about, problem: error.problem, err: error })
    return 'failed'
  }
}
