import type { Document } from 'bson'
import type { Activity } from '../activity/activity.ts'
import type { RunningConfig } from '../config.ts'
import type { App } from '../domain/app.ts'
import type { User } from '../domain/user.ts'
import type { Log } from '../log.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import type { Outbound } from '../security/outbound.ts'
import { type FunctionCall, FunctionError } from './call.ts'
import { toMessage } from './call-message.ts'
import { type Deployment, openDeployment } from './deployment.ts'
import { logCall, noteCall } from './log-call.ts'
import type { Lines, Packed } from './messages.ts'
import { openInstalls } from './packages/install.ts'
import { TooLargeError, unpack } from './packing.ts'
import { openPool } from './pool/pool.ts'
import { type PrepareOptions, prepareFunctions, type SourceProblem } from './prepare.ts'
import { openServices, type ServiceHandler } from './services/services.ts'

export {
  type FunctionCall,
  FunctionError,
  type FunctionProblem,
  type FunctionRequest,
} from './call.ts'
export type { SourceProblem } from './prepare.ts'

/** Runs the apps' own code, away from the event loop. */
export type Functions = {
  /**
   * Runs a function of the app, private ones too, and gives its result as a BSON value. What it printed and how it
   * ended are logged.
   *
   * @throws FunctionError
   */
  run(app: App, call: FunctionCall): Promise<unknown>
  /**
   * Makes what the app's functions need, before it is deployed: installs their packages and compiles each source.
   * Gives what is wrong with them; nothing when they can be run.
   */
  prepare(app: App, options?: PrepareOptions): Promise<SourceProblem[]>
  /** Ends every call under way. */
  close(): Promise<void>
}

export type FunctionsOptions = {
  readonly config: Pick<
    RunningConfig,
    'functionThreads' | 'functionSeconds' | 'functionMemoryMib' | 'data'
  >
  readonly log: Log
  /** Takes note of each call. Default nobody. */
  readonly activity?: Pick<Activity, 'note' | 'metrics'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly appSecrets: Pick<AppSecrets, 'read'>
  readonly outbound: Pick<Outbound, 'send'>
  /** The user as whom a function runs that says so. */
  readonly findUser: (appId: string, userId: string) => Promise<User | undefined>
  /** The caller's custom user data: `context.user.custom_data`. Asked for apps that have some; default there is none. */
  readonly customDataOf?: (app: App, userId: string) => Promise<Document | undefined>
  /** Answers operations of data sources. Default: there are none. */
  readonly dataSource?: ServiceHandler
  /** `context.app.projectId`. Default `''`. */
  readonly projectId?: string
}

/** Calls that may wait for a thread. */
const maxWaiting = 1_000

const overloaded = (): FunctionError =>
  new FunctionError('overloaded', 'too many functions are running, try again later')

const toCallMessage = (
  number: number,
  call: FunctionCall,
  onFailure: (failure: FunctionError) => void,
): ReturnType<typeof toMessage> => {
  try {
    return toMessage(number, call)
  } catch (error) {
    const reason = error instanceof TooLargeError ? error.message : 'cannot be told'
    const failure = new FunctionError('threw', `the list of arguments ${reason}`, { cause: error })
    onFailure(failure)
    throw failure
  }
}

export const openFunctions = (options: FunctionsOptions): Functions => {
  const {
    config,
    log,
    activity,
    now,
    customDataOf = async () => undefined,
    projectId = '',
  } = options
  const pool = openPool({
    maxComputing: config.functionThreads,
    callMs: config.functionSeconds * 1_000,
    memoryMib: config.functionMemoryMib,
    onBroken: why => log.error('a thread for functions cannot start', { why }),
  })
  const services = openServices(options)
  const installs = openInstalls(config.data)
  const deployments = new Map<string, Deployment>()
  let lastCall = 0

  const findDeployment = (app: App): Deployment => {
    const known = deployments.get(app.id)
    if (known?.isOf(app)) return known
    known?.retire()
    const deployment = openDeployment(app, { ...options, pool, installs, projectId })
    deployments.set(app.id, deployment)
    return deployment
  }

  const withCustomData = async (app: App, call: FunctionCall): Promise<FunctionCall> => {
    if (!app.customUserData || !call.caller || call.customData) return call
    const customData = await customDataOf(app, call.caller.id)
    return customData ? { ...call, customData } : call
  }

  const run: Functions['run'] = async (app, asked) => {
    const call = app.customUserData ? await withCustomData(app, asked) : asked
    const deployment = call.isOnce
      ? openDeployment(app, { ...options, pool, installs, projectId })
      : findDeployment(app)
    const ready = deployment.open()
    const lane = ready instanceof Promise ? await ready : ready
    if (pool.waiting() >= maxWaiting) throw overloaded()
    const since = performance.now()
    const hide = deployment.withoutSecrets
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const report = (printed: Lines | undefined, failure?: FunctionError, stack?: string): void => {
      const lines = printed?.map(hide)
      if (lines) call.onPrinted?.(lines)
      const ended = { app, call, ms: performance.now() - since, lines, failure, stack }
      logCall(log, ended)
      if (activity) noteCall(activity, ended, now())
    }
    lastCall += 1
    pool.add(lane, {
      message: toCallMessage(lastCall, call, failure => report(undefined, failure)),
      since,
      settle: outcome => {
        if (outcome.kind === 'done') {
          report(outcome.lines)
          resolve(unpack(outcome.value satisfies Packed))
        } else {
          const failure = new FunctionError(outcome.problem, hide(outcome.message))
          report(outcome.lines, failure, outcome.stack && hide(outcome.stack))
          reject(failure)
        }
      },
      ask: request => services.answer(app, request),
    })
    return call.isOnce ? promise.finally(deployment.retire) : promise
  }

  return {
    run,
    prepare: (app, options) => prepareFunctions(app, installs, options),
    close: () => pool.close(),
  }
}
