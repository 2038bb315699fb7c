import type { Document } from 'bson'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import {
  badValue,
  type Expression,
  failedToParse,
  type Scope,
  withVariables,
} from '../expressions/scope.ts'
import { type StageCompiler, scopeOf } from './stage.ts'

export const facet: StageCompiler = (operand, compilePipeline) => {
  if (!isObject(operand)) throw failedToParse('the $facet specification must be a non-empty object')
  const parts = Object.entries(operand).map(([name, stages]) => {
    if (!Array.isArray(stages))
      throw failedToParse(`arguments to $facet must be arrays, ${name} is none`)
    if (name.includes('.') || name.startsWith('$'))
      throw badValue(`$facet field name '${name}' may hold neither '.' nor a leading '$'`)
    return { name, stage: compilePipeline(stages, { inside: '$facet' }) }
  })
  if (parts.length === 0) throw failedToParse('the $facet specification must be a non-empty object')
  return function* (source, context) {
    const documents = [...source]
    yield Object.fromEntries(parts.map(({ name, stage }) => [name, [...stage(documents, context)]]))
  }
}

export const redact: StageCompiler = operand => {
  const decide = compile(operand)
  return function* (source, context) {
    for (const document of source) {
      const kept = redacted(document, decide, scopeOf(document, context))
      if (kept !== undefined) yield kept
    }
  }
}

const redacted = (document: Document, decide: Expression, scope: Scope): Document | undefined => {
  const decision = decide(withVariables(scope, { CURRENT: document }))
  if (decision === 'keep') return document
  if (decision === 'prune') return undefined
  if (decision !== 'descend') {
    throw badValue(
      "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE",
    )
  }
  const entries = Object.entries(document).map(([name, value]): [string, unknown] => [
    name,
    redactedValue(value, decide, scope),
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

const redactedValue = (value: unknown, decide: Expression, scope: Scope): unknown => {
  if (Array.isArray(value)) {
    return value
      .map(element => redactedValue(element, decide, scope))
      .filter(element => element !== undefined)
  }
  return isObject(value) ? redacted(value, decide, scope) : value
}
