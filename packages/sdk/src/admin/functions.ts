import type { RunFunctionWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'

export type RunFunctionOptions = {
  readonly name: string
  /** Extended JSON. Default none. */
  readonly args?: readonly unknown[]
  /** Runs it as this user. Default the system. */
  readonly userId?: string
  /** Time to wait for the result, in milliseconds; default 600,000. */
  readonly timeoutMs?: number
}

/** How a function ended. */
export type FunctionRun = {
  /** Canonical extended JSON; `null` when the function failed. */
  readonly result: unknown
  /** Lines that it printed, the last 25. */
  readonly logs: readonly string[]
  /** What it threw, or why it was ended; `undefined` when it ended well. */
  readonly error: string | undefined
  /** Code of the refusal that a client would have got; `undefined` when it ended well. */
  readonly errorCode: string | undefined
  /** Like `12.5ms`. */
  readonly executionTime: string
}

export type RunSourceOptions = Omit<RunFunctionOptions, 'name' | 'args'> & {
  /** Assigns a function to `exports`. */
  readonly source: string
  /** Code that calls it; default `exports()`. */
  readonly evalSource?: string
}

export type AdminFunctions = {
  /**
   * Runs a function of the app, private ones too.
   *
   * @throws AdminError when it could not be run; a function that throws is a run with an `error`
   */
  run(app: AdminApp, options: RunFunctionOptions): Promise<FunctionRun>
  /** Runs code that is no function of the app, as `run` does. */
  runSource(app: AdminApp, options: RunSourceOptions): Promise<FunctionRun>
}

const patienceMs = 600_000

const asWhom = (userId: string | undefined) =>
  userId === undefined ? { run_as_system: true } : { user_id: userId }

const toRun = (run: RunFunctionWire): FunctionRun => ({
  result: run.result,
  logs: run.logs ?? [],
  error: run.error,
  errorCode: run.error_code,
  executionTime: run.stats.execution_time,
})

export const createAdminFunctions = ({ request, projectId }: AdminHttp): AdminFunctions => ({
  run: async (app, { name, args = [], userId, timeoutMs = patienceMs }) => {
    const path = adminPaths.runFunction(await projectId(), app.id)
    const body = { name, arguments: args }
    return toRun(await request('POST', path, { query: asWhom(userId), body, timeoutMs }))
  },
  runSource: async (app, { source, evalSource, userId, timeoutMs = patienceMs }) => {
    const path = adminPaths.runSource(await projectId(), app.id)
    const body = { source, ...(evalSource !== undefined && { eval_source: evalSource }) }
    return toRun(await request('POST', path, { query: asWhom(userId), body, timeoutMs }))
  },
})
