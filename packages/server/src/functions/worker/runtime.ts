import type {
  Actor,
  CallMessage,
  FromThread,
  ThreadApp,
  ThreadFunction,
  ThreadValues,
} from '../messages.ts'
import { unpackList } from '../packing.ts'
import { openCallTimers } from './call-timers.ts'
import { compileSource, type Evaluate, fileOf, type Named } from './compile.ts'
import { openConsoleLines } from './console-lines.ts'
import { openContext } from './context.ts'
import { openFailures } from './failures.ts'
import { openGlobals } from './globals/globals.ts'
import { guardProcess } from './guards.ts'
import { openRequire } from './modules.ts'
import { openRealm } from './realm.ts'
import { packResult, ResultError } from './result.ts'
import type { ServiceCalls } from './service-calls.ts'

type Answer = Extract<FromThread, { kind: 'done' | 'failed' }>

export type Runtime = {
  /** Runs a call; `finish` is called once, and told whether the thread is as it was before. */
  run(message: CallMessage, finish: (answer: Answer, isClean: boolean) => void): void
  setValues(values: ThreadValues): void
}

/** A call under way. */
type Running = {
  readonly message: CallMessage
  fail(thrown: unknown): void
}

type Loaded = {
  readonly settings: ThreadFunction
  calls: number
  evaluate(): Evaluate
  evaluateScript(): Evaluate
}

/** After each of the first calls of a function everything is compared, later after one in so many. */
const firstCalls = 16
const callsBetween = 1_024

type Callable = (...args: readonly unknown[]) => unknown

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { then?: unknown }).then === 'function'

const load = (settings: ThreadFunction, folder: string, named: () => Named): Loaded => {
  let own: Evaluate | undefined
  let script: Evaluate | undefined
  const { name, source, runAsUserIdScriptSource = '' } = settings
  return {
    settings,
    calls: 0,
    evaluate: () => {
      own ??= compileSource(source, fileOf(folder, name), named())
      return own
    },
    evaluateScript: () => {
      script ??= compileSource(runAsUserIdScriptSource, fileOf(folder, `${name}.run-as`), named())
      return script
    },
  }
}

const toActor = (said: unknown): Actor => {
  if (typeof said === 'string') return { userId: said }
  if ((said as { runAsSystem?: unknown } | null)?.runAsSystem === true) return { system: true }
  throw new Error('the function that says whom to run as gave neither a user id nor runAsSystem')
}

const callerOf = ({ callerId }: CallMessage): Actor =>
  callerId === undefined ? { system: true } : { userId: callerId }

/** What is thrown where no call can be told apart may be of another user's call: it is for the log. */
const uncaught = (): Error =>
  new Error('something beside the function threw, and nothing caught it')

const freezeDeep = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  Object.freeze(value)
  Object.values(value).forEach(freezeDeep)
}

/** Runs the app's functions on this thread. */
export const openRuntime = (app: ThreadApp, services: ServiceCalls): Runtime => {
  const { folder } = app
  const functions = new Map(app.functions.map(one => [one.name, load(one, folder, () => named)]))
  for (const shared of [app.environment, app.facts]) freezeDeep(shared)
  const { tell } = openFailures(folder)
  let { values } = app
  let current: Running | undefined
  const lines = openConsoleLines()
  const timers = openCallTimers(thrown => current?.fail(thrown))
  guardProcess(lines.add)
  const globals = openGlobals()
  const realm = openRealm(globals.objects)
  const named: Named = {
    ...globals.named,
    ...timers.functions,
    console: lines.console,
    require: openRequire(folder, realm),
  }

  const evaluate = (source: Evaluate, actor: Actor, running: Running): Callable => {
    const { message } = running
    const context = openContext({
      app,
      values,
      message,
      services,
      actor,
      execute: (name, args) => execute(name, args, running),
    })
    const found = source(context)
    if (typeof found === 'function') return found as Callable
    throw new Error('the source assigns no function to exports')
  }

  const execute = (name: string, args: readonly unknown[], running: Running): unknown => {
    const found = functions.get(name)
    if (found === undefined) throw new Error(`function not found: '${name}'`)
    const { runAsSystem, runAsUserId, runAsUserIdScriptSource } = found.settings
    const run = (actor: Actor): unknown => evaluate(found.evaluate(), actor, running)(...args)
    if (runAsSystem) return run({ system: true })
    if (runAsUserId) return run({ userId: runAsUserId })
    if (!runAsUserIdScriptSource) return run(callerOf(running.message))
    const script = evaluate(found.evaluateScript(), { system: true }, running)
    return Promise.resolve(script(...args)).then(said => run(toActor(said)))
  }

  const toAnswer = (call: number, value: unknown): Answer => {
    try {
      return { kind: 'done', call, value: packResult(value) }
    } catch (error) {
      const { message, stack } = tell(error)
      const text = error instanceof ResultError ? error.message : message
      return { kind: 'failed', call, problem: 'result', message: text, stack }
    }
  }

  const run: Runtime['run'] = (message, finish) => {
    const { call } = message
    const found = functions.get(message.name)
    const calls = found === undefined ? 1 : ++found.calls
    const isThorough = calls <= firstCalls || calls % callsBetween === 0
    let isOver = false
    const end = (answer: Answer): void => {
      if (isOver) return
      isOver = true
      current = undefined
      timers.clear()
      services.end()
      const printed = lines.take()
      const isClean = realm.repair(isThorough)
      finish(printed === undefined ? answer : { ...answer, lines: printed }, isClean)
    }
    const fail = (thrown: unknown): void => end({ kind: 'failed', call, ...tell(thrown) })
    const running: Running = { message, fail }
    current = running
    services.begin(call)
    if (found === undefined) {
      const text = `function not found: '${message.name}'`
      return end({ kind: 'failed', call, problem: 'unknown', message: text })
    }
    try {
      const value = execute(message.name, unpackList(message.args), running)
      if (isThenable(value)) {
        Promise.resolve(value).then(result => end(toAnswer(call, result)), fail)
      } else end(toAnswer(call, value))
    } catch (error) {
      fail(error)
    }
  }

  process.on('unhandledRejection', reason => {
    lines.add(`error: unhandled rejection: ${tell(reason).message}`)
  })
  process.on('uncaughtException', thrown => {
    if (current) lines.add(`error: uncaught: ${tell(thrown).message}`)
    current?.fail(uncaught())
  })

  return {
    run,
    setValues: changed => {
      values = changed
    },
  }
}
