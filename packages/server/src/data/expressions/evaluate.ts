import { fromEjson } from '@regent/protocol'
import { findComparison, matchesValue } from './comparison.ts'
import { findConversion } from './conversion.ts'
import { expand, isExpansion, type Scope, valueAt } from './expansion.ts'
import { isResult } from './function-results.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

const logicalOperators: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['%and', 'and'],
  ['$and', 'and'],
  ['%or', 'or'],
  ['$or', 'or'],
  ['%not', 'not'],
  ['$not', 'not'],
])

export const logical = (operator: string): 'and' | 'or' | 'not' | undefined =>
  logicalOperators.get(operator)

const isOperator = (key: string): boolean =>
  findComparison(key) !== undefined || logical(key) !== undefined

const isOperators = (value: unknown): value is Fields =>
  isFields(value) && Object.keys(value).length > 0 && Object.keys(value).every(isOperator)

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const ejsonKey =
  /^\$(?:oid|date|uuid|binary|number(?:Int|Long|Double|Decimal)|regularExpression|timestamp|minKey|maxKey)$/

/**
 * A value as it stands in an expression: expansions, conversions and extended JSON replaced by what they mean. `expanded`
 * says what an expansion stands for. Default: `expand`.
 */
export const meaningOf = (value: unknown, scope: Scope, expanded = expand): unknown => {
  if (isResult(value)) return value.result
  if (typeof value === 'string') return isExpansion(value) ? expanded(value, scope) : value
  if (Array.isArray(value)) return value.map(item => meaningOf(item, scope, expanded))
  if (!isFields(value)) return value
  const [key = '', ...others] = Object.keys(value)
  if (ejsonKey.test(key)) return fromEjson(value)
  const convert = others.length === 0 ? findConversion(key) : undefined
  if (convert) return convert(meaningOf(value[key], scope, expanded))
  return Object.fromEntries(
    Object.entries(value).map(([name, at]) => [name, meaningOf(at, scope, expanded)]),
  )
}

/** True for operators that are all about the left side, like `{ "%or": [{ "$lt": 3 }, { "$gt": 5 }] }`. */
const isAboutLeft = (operators: Fields): boolean =>
  Object.entries(operators).every(
    ([key, value]) =>
      !logical(key) || list(value).every(item => isOperators(item) && isAboutLeft(item)),
  )

const meetsOperator = (
  left: unknown,
  [operator, value]: [string, unknown],
  scope: Scope,
): boolean => {
  const kind = logical(operator)
  if (kind === 'and') return list(value).every(item => meets(left, item, scope))
  if (kind === 'or') return list(value).some(item => meets(left, item, scope))
  if (kind === 'not') return !meets(left, value, scope)
  return findComparison(operator)?.(left, meaningOf(value, scope)) === true
}

/**
 * True when `{ left: value }` asks whether the value, an expression, holds as the left side says. Beside `%%true` and
 * `%%false` every object is one; elsewhere an object of plain names is a value to compare with.
 */
export const isInner = (isSwitch: boolean, value: unknown): value is Fields => {
  if (isOperators(value)) return !isAboutLeft(value)
  if (!isFields(value)) return false
  if (findConversion(Object.keys(value)[0] ?? '')) return false
  return isSwitch || Object.keys(value).some(isExpansion)
}

/** True when the left side is as the value of its field asks. */
const meets = (left: unknown, value: unknown, scope: Scope, isSwitch = false): boolean => {
  if (isOperators(value) && isAboutLeft(value)) {
    return Object.entries(value).every(entry => meetsOperator(left, entry, scope))
  }
  if (isInner(isSwitch, value)) return left === evaluate(value, scope)
  return matchesValue(left, meaningOf(value, scope))
}

const switches = new Set(['%%true', '%%false', '%%true%%', '%%false%%'])

const isName = (key: string): boolean => !key.startsWith('%') && !key.startsWith('$')

const fieldHolds = (key: string, value: unknown, scope: Scope): boolean => {
  if (isName(key)) return meets(valueAt(scope.root, key), value, scope)
  if (isExpansion(key)) return meets(expand(key, scope), value, scope, switches.has(key))
  const kind = logical(key)
  if (kind === 'and') return list(value).every(item => evaluate(item, scope))
  if (kind === 'or') return list(value).some(item => evaluate(item, scope))
  if (kind === 'not') return !evaluate(value, scope)
  return isResult(value) && key === '%function' && value.result === true
}

/**
 * True when a rule expression holds: `true`, or an object of which every field holds; `{}` always does. What is no
 * expression, and what has an operator that nobody knows, never holds.
 *
 * Pure: calls of functions stand in it as their results (`withFunctionResults`). A field without `%%` is one of
 * `%%root`.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/rules/expressions/
 */
export const evaluate = (expression: unknown, scope: Scope): boolean => {
  if (typeof expression === 'boolean') return expression
  if (typeof expression === 'string') {
    return isExpansion(expression) && expand(expression, scope) === true
  }
  if (isResult(expression)) return expression.result === true
  if (!isFields(expression)) return false
  for (const key of Object.keys(expression)) {
    if (!fieldHolds(key, expression[key], scope)) return false
  }
  return true
}
