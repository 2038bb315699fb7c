import type { Activity } from '../activity/activity.ts'
import type { App } from '../domain/app.ts'
import { type Log, withoutTokens } from '../log.ts'
import type { FunctionCall, FunctionError } from './call.ts'
import type { Lines } from './messages.ts'

export type EndedCall = {
  readonly app: App
  readonly call: FunctionCall
  readonly ms: number
  readonly lines: Lines | undefined
  readonly failure: FunctionError | undefined
  readonly stack: string | undefined
}

/** One line for a call: who called what, how it ended, and what it printed, without tokens. Never its arguments. */
export const logCall = (log: Log, ended: EndedCall): void => {
  const { app, call, ms, lines, failure, stack } = ended
  const fields = {
    app: app.clientAppId,
    function: call.name,
    user: call.caller?.id,
    requestId: call.requestId,
    ms: Math.round(ms),
    printed: lines?.map(withoutTokens),
  }
  if (failure === undefined) {
    if (lines === undefined) log.debug('function', fields)
    else log.info('function', fields)
    return
  }
  const { problem, message } = failure
  const error = withoutTokens(message)
  log.warn('function failed', { ...fields, problem, error, stack: stack && withoutTokens(stack) })
}

/** File and line where it was thrown, and what called that, the innermost first. */
const placesOf = (stack: string): string | undefined => {
  const places = stack.split('\n').filter(line => /^\s+at .*functions\/.*:\d+:\d+\)?$/.test(line))
  return places.length === 0 ? undefined : places.map(line => line.trim()).join('\n')
}

/** An entry for a call, as `logCall` has a line for it. `now` is milliseconds since 1970. */
export const noteCall = (
  { note, metrics }: Pick<Activity, 'note' | 'metrics'>,
  ended: EndedCall,
  now: number,
): void => {
  const { app, call, ms, lines, failure, stack } = ended
  const result = failure?.problem ?? 'ok'
  const name = failure?.problem === 'unknown' ? 'unknown' : call.name
  metrics.functionCalls.add({ app: app.clientAppId, function: name, result })
  metrics.functionSeconds.observe({ app: app.clientAppId }, ms / 1000)
  if (call.isOfRule && failure === undefined) return
  const { trigger, caller, request } = call
  note({
    type: trigger === undefined ? 'FUNCTION' : 'AUTH_TRIGGER',
    event: 'call',
    appId: app.id,
    startedAt: Math.round(now - ms),
    requestId: call.requestId ?? request?.requestId,
    userId: caller?.id,
    address: request?.remoteIPAddress,
    name: trigger ?? call.name,
    functionName: call.name,
    messages: lines,
    ...(failure && { error: failure.message, errorCode: 'FunctionExecutionError' }),
    detail: stack && placesOf(stack),
  })
}
