import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { isObject, typeName } from '../values/types.ts'
import { modify } from './modify.ts'
import { readUpdatePath } from './path.ts'

/**
 * What an upsert starts from: the fields that the filter requires to equal something.
 *
 * @throws `BadValue` when the filter requires two values for a field, or for a field and one inside it.
 */
export const upsertDocument = (filter: Document): Document => {
  const equalities = new Map<string, unknown>()
  collectEqualities(filter, equalities)
  const paths = [...equalities.keys()]
  let document: Document = {}
  for (const [text, value] of equalities) {
    const within = paths.find(path => path.startsWith(`${text}.`))
    if (within !== undefined) throw twice(within, text)
    const path = readUpdatePath(text)
    document = modify(document, {
      path,
      change: () => value,
      position: undefined,
      selects: () => false,
      original: {},
    })
  }
  return document
}

const isRegex = (value: unknown): boolean => typeName(value) === 'regex'

const twice = (path: string, other: string): DocumentsError =>
  new DocumentsError(
    'BadValue',
    path === other
      ? `cannot infer query fields to set, path '${path}' is matched twice`
      : `cannot infer query fields to set, both paths '${path}' and '${other}' are matched`,
  )

const collectEqualities = (filter: Document, found: Map<string, unknown>): void => {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and') for (const inner of branches(condition)) collectEqualities(inner, found)
    if (name === '$or') {
      const inner = branches(condition)
      if (inner.length === 1) collectEqualities(inner[0] as Document, found)
    }
    if (!name.startsWith('$')) collectEquality(name, condition, found)
  }
}

const branches = (condition: unknown): Document[] =>
  Array.isArray(condition) ? condition.filter(isObject) : []

const collectEquality = (path: string, condition: unknown, found: Map<string, unknown>): void => {
  const add = (value: unknown): void => {
    if (found.has(path)) throw twice(path, path)
    found.set(path, value)
  }
  if (isRegex(condition)) return
  if (!isObject(condition) || !Object.keys(condition)[0]?.startsWith('$')) {
    add(condition)
    return
  }
  for (const [operator, operand] of Object.entries(condition)) {
    if (operator === '$eq') add(operand)
    if (operator === '$in' && Array.isArray(operand) && operand.length === 1) {
      if (!isRegex(operand[0])) add(operand[0])
    }
    if (operator === '$all' && Array.isArray(operand) && operand.length === 1) {
      const [only] = operand
      if (!isObject(only) && !isRegex(only)) add(only)
    }
  }
}
