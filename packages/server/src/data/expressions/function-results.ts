import { expand, isExpansion, type Scope } from './expansion.ts'

/** What a `%function` of an expression gave. */
type FunctionResult = { readonly kind: typeof mark; readonly result: unknown }

const mark = Symbol('result of a function')

export const isResult = (value: unknown): value is FunctionResult =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === mark

/** Calls a function of the app by name. A throw counts as `false`. */
export type CallFunction = (name: string, args: readonly unknown[]) => Promise<unknown>

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const call = async (
  value: unknown,
  scope: Scope,
  callFunction: CallFunction,
): Promise<FunctionResult> => {
  const { name, arguments: args = [] } = isFields(value) ? value : {}
  if (typeof name !== 'string' || !Array.isArray(args)) return { kind: mark, result: false }
  const given = args.map(arg =>
    typeof arg === 'string' && isExpansion(arg) ? expand(arg, scope) : arg,
  )
  return { kind: mark, result: await callFunction(name, given).catch(() => false) }
}

/** True when evaluating the expression needs a function of the app. */
export const callsFunction = (expression: unknown): boolean =>
  isFields(expression) &&
  Object.entries(expression).some(([key, value]) => key === '%function' || callsFunction(value))

/** The expression with each `%function` replaced by what the function gave, innermost first. */
export const withFunctionResults = async (
  expression: unknown,
  scope: Scope,
  callFunction: CallFunction,
): Promise<unknown> => {
  if (!callsFunction(expression)) return expression
  if (Array.isArray(expression)) {
    return Promise.all(expression.map(item => withFunctionResults(item, scope, callFunction)))
  }
  const entries = Object.entries(expression as Fields)
  const [first] = entries
  if (entries.length === 1 && first?.[0] === '%function') return call(first[1], scope, callFunction)
  return Object.fromEntries(
    await Promise.all(
      entries.map(async ([key, value]) => [
        key,
        key === '%function'
          ? await call(value, scope, callFunction)
          : await withFunctionResults(value, scope, callFunction),
      ]),
    ),
  )
}
