import { DocumentsError } from '../../../error.ts'
import { isObject } from '../../values/types.ts'
import { toDouble, toNumeric } from '../numbers/number.ts'

/** What an expression sees: the document it is evaluated for, and the variables set around it. */
export type Scope = {
  readonly root: unknown
  readonly variables: Readonly<Record<string, unknown>>
}

/** A compiled expression; `undefined` is a missing value. */
export type Expression = (scope: Scope) => unknown

export type Compile = (expression: unknown) => Expression

/** Checks its operand once; `name` is its own, with the `$`, for messages. */
export type Operator = (operand: unknown, compile: Compile, name: string) => Expression

export type Operators = Readonly<Record<string, Operator>>

export const withVariables = (
  { root, variables }: Scope,
  more: Readonly<Record<string, unknown>>,
): Scope => ({ root, variables: { ...variables, ...more } })

export const isNullish = (value: unknown): value is null | undefined =>
  value === undefined || value === null

export const badValue = (message: string): DocumentsError => new DocumentsError('BadValue', message)

export const typeMismatch = (message: string): DocumentsError =>
  new DocumentsError('TypeMismatch', message)

export const failedToParse = (message: string): DocumentsError =>
  new DocumentsError('FailedToParse', message)

export const notSupported = (message: string): DocumentsError =>
  new DocumentsError('CommandNotSupported', message)

/** The arguments of an operator that takes a fixed number, or a range, of them. */
export const readArguments = (
  operand: unknown,
  compile: Compile,
  { name, least, most = least }: { name: string; least: number; most?: number },
): Expression[] => {
  const list: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  if (list.length < least || list.length > most) {
    const wanted =
      least === most
        ? `takes exactly ${least} arguments`
        : `takes at least ${least} arguments, and at most ${most}`
    throw failedToParse(`Expression ${name} ${wanted}. ${list.length} were passed in.`)
  }
  return list.map(compile)
}

/** The named arguments of an operator; `needed` must be there, nothing but `needed` and `allowed` may. */
export const readNamed = (
  operand: unknown,
  compile: Compile,
  {
    name,
    needed,
    allowed = [],
  }: { name: string; needed: readonly string[]; allowed?: readonly string[] },
): Record<string, Expression | undefined> => {
  if (!isObject(operand)) throw failedToParse(`${name} only supports an object as its argument`)
  for (const key of Object.keys(operand)) {
    if (needed.includes(key) || allowed.includes(key)) continue
    throw failedToParse(`Unrecognized parameter to ${name}: ${key}`)
  }
  for (const key of needed) {
    if (!Object.hasOwn(operand, key)) throw failedToParse(`Missing '${key}' parameter to ${name}`)
  }
  return Object.fromEntries(Object.entries(operand).map(([key, value]) => [key, compile(value)]))
}

/** An operator of one argument. */
export const unary =
  (calculate: (value: unknown, name: string) => unknown): Operator =>
  (operand, compile, name) => {
    const [argument] = readArguments(operand, compile, { name, least: 1 }) as [Expression]
    return scope => calculate(argument(scope), name)
  }

/** An operator of two arguments. */
export const binary =
  (calculate: (left: unknown, right: unknown, name: string) => unknown): Operator =>
  (operand, compile, name) => {
    const [left, right] = readArguments(operand, compile, { name, least: 2 }) as [
      Expression,
      Expression,
    ]
    return scope => calculate(left(scope), right(scope), name)
  }

/** An operator of any number of arguments. */
export const variadic =
  (calculate: (values: unknown[], name: string) => unknown): Operator =>
  (operand, compile, name) => {
    const list = (Array.isArray(operand) ? operand : [operand]).map(compile)
    return scope =>
      calculate(
        list.map(argument => argument(scope)),
        name,
      )
  }

/** An operator that answers null for null and missing values. */
export const nullable =
  (
    calculate: (value: unknown, name: string) => unknown,
  ): ((value: unknown, name: string) => unknown) =>
  (value, name) =>
    isNullish(value) ? null : calculate(value, name)

/** Null, missing, false and every zero are false; all else is true. */
export const isTruthy = (value: unknown): boolean => {
  if (isNullish(value) || value === false) return false
  const numeric = toNumeric(value)
  return numeric === undefined || toDouble(numeric) !== 0
}
