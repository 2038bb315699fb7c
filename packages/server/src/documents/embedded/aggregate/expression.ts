import type { Document } from 'bson'
import { getField } from '../update/fields.ts'
import { checkDepth } from '../values/bytes.ts'
import { isObject } from '../values/types.ts'
import { operators } from './expressions/operators.ts'
import {
  badValue,
  type Expression,
  failedToParse,
  notSupported,
  type Scope,
} from './expressions/scope.ts'

/**
 * Makes a function that evaluates an aggregation expression for a document; `undefined` is a missing value.
 * Numbers that it calculates come in their BSON classes.
 *
 * @throws `FailedToParse` or `BadValue` for what is no expression: `Unrecognized expression '$who'`.
 */
export const compileExpression = (
  expression: unknown,
): ((document: Document, variables?: Readonly<Record<string, unknown>>) => unknown) => {
  checkDepth(expression)
  const evaluate = compile(expression)
  return (root, variables = {}) => evaluate({ root, variables })
}

/** The same, for parts of a pipeline that carry a scope. */
export const compile = (expression: unknown): Expression => {
  if (typeof expression === 'string') return compileString(expression)
  if (Array.isArray(expression)) return compileArray(expression)
  if (isObject(expression)) return compileObject(expression)
  return () => expression
}

const compileArray = (elements: readonly unknown[]): Expression => {
  const compiled = elements.map(compile)
  return scope =>
    compiled.map(element => {
      const value = element(scope)
      return value === undefined ? null : value
    })
}

const compileObject = (object: Document): Expression => {
  const names = Object.keys(object)
  const [first] = names
  if (first?.startsWith('$')) return compileOperator(object, names)
  const fields = names.map(name => {
    requireFieldName(name)
    return { name, value: compile(object[name]) }
  })
  return scope => {
    const entries: [string, unknown][] = []
    for (const { name, value } of fields) {
      const result = value(scope)
      if (result !== undefined) entries.push([name, result])
    }
    return Object.fromEntries(entries)
  }
}

const requireFieldName = (name: string): void => {
  if (name.includes('.'))
    throw badValue(
      `FieldPath field names may not contain '.'. Consider using $getField or $setField. The field name is: '${name}'`,
    )
  if (name.startsWith('$'))
    throw badValue(
      `FieldPath field names may not start with '$'. Consider using $getField or $setField. The field name is: '${name}'`,
    )
}

const serverSideJavaScript = new Set(['$function', '$accumulator', '$where'])

const compileOperator = (object: Document, names: readonly string[]): Expression => {
  const [name = ''] = names
  if (names.length !== 1) {
    throw failedToParse(
      `an object representing an expression must have exactly one field: { ${names.join(', ')} }`,
    )
  }
  if (serverSideJavaScript.has(name)) {
    throw notSupported(`${name} is not supported: the server runs no JavaScript inside queries`)
  }
  const operator = operators.get(name)
  if (operator === undefined) throw badValue(`Unrecognized expression '${name}'`)
  return operator(object[name], compile, name)
}

const compileString = (text: string): Expression => {
  if (!text.startsWith('$')) return () => text
  if (text.startsWith('$$')) return compileVariable(text.slice(2))
  const names = readNames(text.slice(1), text)
  return scope => readPath(current(scope), names, 0)
}

const readNames = (path: string, text: string): readonly string[] => {
  if (path === '') throw badValue(`'${text}' by itself is not a valid FieldPath`)
  const names = path.split('.')
  if (names.includes('')) throw badValue('FieldPath field names may not be empty strings.')
  for (const name of names) {
    if (name.startsWith('$')) throw badValue(`FieldPath field names may not start with '$'.`)
  }
  return names
}

const current = ({ root, variables }: Scope): unknown =>
  Object.hasOwn(variables, 'CURRENT') ? variables.CURRENT : root

const compileVariable = (path: string): Expression => {
  const [variable = '', ...names] = path.split('.')
  if (variable === '') throw badValue('empty variable names are not allowed')
  if (names.includes('')) throw badValue('FieldPath field names may not be empty strings.')
  const find = compileVariableName(variable)
  return names.length === 0 ? find : scope => readPath(find(scope), names, 0)
}

const compileVariableName = (variable: string): Expression => {
  switch (variable) {
    case 'ROOT':
      return scope => scope.root
    case 'CURRENT':
      return current
    case 'REMOVE':
      return () => undefined
    case 'DESCEND':
    case 'PRUNE':
    case 'KEEP':
      return () => variable.toLowerCase()
    case 'CLUSTER_TIME':
    case 'USER_ROLES':
    case 'SEARCH_META':
      throw notSupported(`Builtin variable '$$${variable}' is not available`)
    default:
      return scope => {
        if (Object.hasOwn(scope.variables, variable)) return scope.variables[variable]
        throw badValue(`Use of undefined variable: ${variable}`)
      }
  }
}

const readPath = (value: unknown, names: readonly string[], depth: number): unknown => {
  const name = names[depth]
  if (name === undefined) return value
  if (Array.isArray(value)) {
    const found: unknown[] = []
    for (const element of value) {
      const inner = readPath(element, names, depth)
      if (inner !== undefined) found.push(inner)
    }
    return found
  }
  return isObject(value) ? readPath(getField(value, name), names, depth + 1) : undefined
}
