import { AppError } from '../../errors.ts'
import { expand, isExpansion, type Scope } from './expansion.ts'

/** What a `%function` of an expression gave. */
type FunctionResult = { readonly kind: typeof mark; readonly result: unknown }

const mark = Symbol('result of a function')

export const isResult = (value: unknown): value is FunctionResult =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === mark

/** Calls a function of the app by name. A throw counts as `false`; a refusal (`AppError`) is one of the whole operation. */
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
  try {
    return { kind: mark, result: await callFunction(name, given) }
  } catch (error) {
    if (error instanceof AppError) throw error
    return { kind: mark, result: false }
  }
}

/** True when evaluating the expression needs a function of the app. */
export const callsFunction = (expression: unknown): boolean => {
  if (!isFields(expression) || isResult(expression)) return false
  for (const key of Object.keys(expression)) {
    if (key === '%function' || callsFunction(expression[key])) return true
  }
  return false
}

/**
 * The expression with each `%function` replaced by what the function gave, innermost first; with `isWanted`, only those
 * whose name and arguments it takes.
 */
export const withFunctionResults = async (
  expression: unknown,
  scope: Scope,
  callFunction: CallFunction,
  isWanted: (call: unknown) => boolean = () => true,
): Promise<unknown> => {
  if (!callsFunction(expression)) return expression
  const inside = (value: unknown): Promise<unknown> =>
    withFunctionResults(value, scope, callFunction, isWanted)
  if (Array.isArray(expression)) return Promise.all(expression.map(inside))
  const fields = expression as Fields
  const entries = Object.entries(fields)
  const [first] = entries
  if (entries.length === 1 && first?.[0] === '%function') {
    return isWanted(first[1]) ? call(first[1], scope, callFunction) : expression
  }
  return Object.fromEntries(
    await Promise.all(
      entries.map(async ([key, value]) => {
        if (key !== '%function') return [key, await inside(value)]
        return [key, isWanted(value) ? await call(value, scope, callFunction) : value]
      }),
    ),
  )
}
