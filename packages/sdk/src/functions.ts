import { clientPaths } from '@regent/protocol/paths'
import { readString } from './arguments.ts'
import { fromExtendedJson } from './bson.ts'
import { RegentError } from './errors.ts'
import { writeBody } from './http/body.ts'
import type { Request } from './http/http.ts'

/** A function of the app on the server. */
export type RealmFunction<Result, Arguments extends unknown[]> = (
  ...args: Arguments
) => Promise<Result>

/** Written as a method, so that a type with narrower arguments is one too. */
type AnyFunction = { call(...args: unknown[]): Promise<unknown> }['call']

/** All functions of the app, by name. A type of your own can name them with their arguments. */
export type DefaultFunctionsFactory = { [name: string]: AnyFunction }

/** @internal */
export type CallFunction = (name: string, args: readonly unknown[]) => Promise<unknown>

type Send = (request: Request) => Promise<unknown>

/** BSON values of the answer to a call. @throws RegentError `BadBsonParse` */
export const readResult = (answer: unknown): unknown => {
  try {
    return fromExtendedJson(answer)
  } catch (cause) {
    const message = `malformed result: ${cause instanceof Error ? cause.message : cause}`
    throw new RegentError({ code: 'BadBsonParse', message, cause })
  }
}

/**
 * Calls a function of the app as the user whose access token `send` uses.
 *
 * @throws RegentError `FunctionNotFound`, `FunctionExecutionError` and what the server refuses besides
 */
export const callFunction = async (
  send: Send,
  appId: string,
  { name, args }: { readonly name: string; readonly args: readonly unknown[] },
): Promise<unknown> => {
  const body = writeBody({ name: readString(name, 'name'), arguments: args })
  return readResult(await send({ method: 'POST', path: clientPaths.callFunction(appId), body }))
}

/** Names that Node calls on objects it knows nothing of: promises, the console, `JSON.stringify`. */
const reserved: readonly string[] = ['then', 'inspect', 'toJSON']

/** An object with a bound method for every name but those that JavaScript itself looks for. */
export const createFunctions = <Functions>(call: CallFunction): Functions => {
  const own = {
    callFunction: (name: string, ...args: unknown[]): Promise<unknown> => call(name, args),
  }
  return new Proxy(own, {
    get: (target, name) => {
      if (typeof name !== 'string' || name in target) return Reflect.get(target, name)
      if (reserved.includes(name)) return undefined
      return (...args: unknown[]): Promise<unknown> => call(name, args)
    },
  }) as Functions
}
