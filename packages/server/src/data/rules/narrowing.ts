import type { Document } from 'bson'
import { isRegex } from '../../documents/embedded/query/regex/regex.ts'
import { isObject } from '../../documents/embedded/values/types.ts'
import { dependsOnDocument, namesDocument } from '../expressions/dependence.ts'
import { evaluate, logical, meaningOf } from '../expressions/evaluate.ts'
import { isExpansion, type Scope } from '../expressions/expansion.ts'
import { callsFunction } from '../expressions/function-results.ts'
import type { SettledRole } from './settle.ts'

/** `true` is every document, `false` none. */
type Query = boolean | Document

const and = (parts: readonly Query[]): Query => {
  if (parts.includes(false)) return false
  const queries = parts.filter(part => typeof part !== 'boolean')
  if (queries.length === 0) return true
  return queries.length === 1 ? (queries[0] as Document) : { $and: queries }
}

const or = (parts: readonly Query[]): Query => {
  if (parts.includes(true)) return true
  const queries = parts.filter(part => typeof part !== 'boolean')
  if (queries.length === 0) return false
  return queries.length === 1 ? (queries[0] as Document) : { $or: queries }
}

const isPlain = (value: unknown): boolean => {
  if (isRegex(value)) return false
  if (Array.isArray(value)) return value.every(isPlain)
  return !isObject(value) || !Object.keys(value).some(key => key.startsWith('$'))
}

/** A value equals, contains or is contained in what is at the path. */
const matching = (path: string, value: unknown): Query => {
  if (value === undefined) return false
  if (!isPlain(value)) return true
  return { [path]: Array.isArray(value) ? { $in: [...value, value] } : { $eq: value } }
}

const range =
  (operator: string) =>
  (path: string, value: unknown): Query => {
    if (value === undefined) return false
    return Array.isArray(value) ? true : { [path]: { [operator]: value } }
  }

const comparisons: Readonly<Record<string, (path: string, value: unknown) => Query>> = {
  eq: matching,
  gt: range('$gt'),
  gte: range('$gte'),
  lt: range('$lt'),
  lte: range('$lte'),
  in: (path, value) =>
    Array.isArray(value) ? { [path]: { $in: [...value, ...value.flat()] } } : false,
}

const fieldQuery = (path: string, value: unknown, scope: Scope): Query => {
  if (namesDocument(value)) return true
  if (isObject(value)) {
    const entries = Object.entries(value)
    const names = entries.map(([key]) => key.slice(1))
    const isComparing = names.every(name => Object.hasOwn(comparisons, name))
    if (entries.length > 0 && isComparing) {
      return and(
        entries.map(([key, operand]) => {
          const meaning = meaningOf(operand, scope)
          return isPlain(meaning) ? (comparisons[key.slice(1)]?.(path, meaning) ?? true) : true
        }),
      )
    }
    const isValue = /^(?:\$oid|\$uuid|%stringTo(?:Oid|Uuid))$/.test(entries[0]?.[0] ?? '')
    return entries.length === 1 && isValue ? matching(path, meaningOf(value, scope)) : true
  }
  return matching(path, meaningOf(value, scope))
}

/** The path that a name of an expression stands for in the document; `undefined` where it is no plain path. */
const pathOf = (name: string): string | undefined => {
  const path = name.startsWith('%%root.') ? name.slice('%%root.'.length).replace(/%%$/, '') : name
  const isPath = path.split('.').every(part => part !== '' && !/^[$%]/.test(part))
  return isPath ? path : undefined
}

/** `{ '%%user.id': '%%root.owner' }`, said the other way round. */
const turned = (key: string, value: unknown, scope: Scope): Query => {
  if (!isExpansion(key) || namesDocument(key)) return true
  const path = typeof value === 'string' && value.startsWith('%%root.') ? pathOf(value) : undefined
  return path === undefined ? true : matching(path, meaningOf(key, scope))
}

const partQuery = ([key, value]: [string, unknown], scope: Scope): Query => {
  const kind = logical(key)
  const branches = Array.isArray(value) ? value : [value]
  if (kind === 'and') return and(branches.map(branch => toQuery(branch, scope)))
  if (kind === 'or') return or(branches.map(branch => toQuery(branch, scope)))
  if (kind === 'not') return true
  if (isExpansion(key) && !key.startsWith('%%root.')) return turned(key, value, scope)
  const path = pathOf(key)
  return path === undefined ? true : fieldQuery(path, value, scope)
}

/** A query that every document meets for which the expression holds. What cannot be said as one asks for nothing. */
export const toQuery = (expression: unknown, scope: Scope): Query => {
  if (expression === undefined) return false
  if (typeof expression === 'boolean') return expression
  if (!dependsOnDocument(expression)) return evaluate(expression, scope)
  if (!isObject(expression) || callsFunction(expression)) return true
  return and(Object.entries(expression).map(entry => partQuery(entry, scope)))
}

const queryOfRole = ({ applyWhen, gate, read, write }: SettledRole, scope: Scope): Query => {
  const mayRead = read === undefined ? true : or([toQuery(read, scope), toQuery(write, scope)])
  const passes = gate
    ? or([toQuery(gate.read ?? true, scope), toQuery(gate.write ?? true, scope)])
    : true
  return and([toQuery(applyWhen, scope), passes, mayRead])
}

/** A query that every document meets that one of the roles lets see; `undefined` where that would be every document. */
export const narrowingOf = (roles: readonly SettledRole[], scope: Scope): Document | undefined => {
  const query = or(roles.map(role => queryOfRole(role, scope)))
  if (query === false) return { _id: { $in: [] } }
  return query === true ? undefined : query
}
