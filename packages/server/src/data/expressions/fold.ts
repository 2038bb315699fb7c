import { dependsOnDocument, isOfDocument } from './dependence.ts'
import { evaluate, isInner, logical } from './evaluate.ts'
import type { Scope } from './expansion.ts'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const branches = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

const foldAnd = (value: unknown, scope: Scope): unknown => {
  const folded = branches(value).map(branch => fold(branch, scope))
  if (folded.includes(false)) return false
  const left = folded.filter(branch => branch !== true)
  return left.length === 0 ? true : { '%and': left }
}

const foldOr = (value: unknown, scope: Scope): unknown => {
  const folded = branches(value).map(branch => fold(branch, scope))
  if (folded.includes(true)) return true
  const left = folded.filter(branch => branch !== false)
  return left.length === 0 ? false : { '%or': left }
}

const foldNot = (value: unknown, scope: Scope): unknown => {
  const folded = fold(value, scope)
  return typeof folded === 'boolean' ? !folded : { '%not': folded }
}

const isPartOfDocument = (key: string, value: unknown): boolean =>
  !/^[%$]/.test(key) || isOfDocument(key) || dependsOnDocument(value)

const foldField = (key: string, value: unknown, scope: Scope): unknown => {
  const part = { [key]: value }
  if (!isPartOfDocument(key, value)) return evaluate(part, scope)
  const kind = logical(key)
  if (kind === 'and') return foldAnd(value, scope)
  if (kind === 'or') return foldOr(value, scope)
  if (kind === 'not') return foldNot(value, scope)
  if (key === '%%true' && isInner(true, value)) return fold(value, scope)
  return part
}

/**
 * What is left of an expression when everything but the document is known: `true`, `false`, or a shorter expression
 * that holds for the same documents. Functions that do not ask about the document stand in it as their results.
 */
export const fold = (expression: unknown, scope: Scope): unknown => {
  if (typeof expression === 'boolean') return expression
  if (!dependsOnDocument(expression)) return evaluate(expression, scope)
  if (!isFields(expression)) return expression
  const entries = Object.entries(expression)
  const folded = entries.map(([key, value]) => foldField(key, value, scope))
  if (folded.includes(false)) return false
  const left = folded.filter(part => part !== true)
  if (left.length === 0) return true
  return left.length === 1 ? left[0] : { '%and': left }
}
