import type { Document } from 'bson'
import { Long } from 'bson'
import { compileFilter } from '../../query/matcher.ts'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { badValue, failedToParse } from '../expressions/scope.ts'
import { toInteger } from '../numbers/number.ts'
import { type Foreign, indexForeign, joinValues } from './foreign.ts'
import { type StageCompiler, scopeOf } from './stage.ts'
import { withPath } from './unwind.ts'

const known = [
  'from',
  'startWith',
  'connectFromField',
  'connectToField',
  'as',
  'maxDepth',
  'depthField',
  'restrictSearchWithMatch',
]

const requireText = (operand: Document, option: string): string => {
  const value: unknown = operand[option]
  if (typeof value === 'string' && value !== '') return value
  throw failedToParse(`$graphLookup argument '${option}' must be a string`)
}

const readMaxDepth = (operand: Document): number => {
  if (!Object.hasOwn(operand, 'maxDepth')) return Number.POSITIVE_INFINITY
  const depth = toInteger(operand.maxDepth)
  if (depth !== undefined && depth >= 0n) return Number(depth)
  throw badValue('maxDepth requires a nonnegative argument')
}

export const graphLookup: StageCompiler = operand => {
  if (!isObject(operand))
    throw failedToParse('the $graphLookup stage specification must be an object')
  const [unknown] = Object.keys(operand).filter(key => !known.includes(key))
  if (unknown !== undefined) throw failedToParse(`Unknown argument to $graphLookup: ${unknown}`)
  if (!Object.hasOwn(operand, 'startWith')) {
    throw failedToParse(
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    )
  }
  const [from, as, to] = ['from', 'as', 'connectToField'].map(key => requireText(operand, key)) as [
    string,
    string,
    string,
  ]
  const start = compile(operand.startWith)
  const next = compile(`$${requireText(operand, 'connectFromField')}`)
  const maxDepth = readMaxDepth(operand)
  const depthField = Object.hasOwn(operand, 'depthField')
    ? requireText(operand, 'depthField')
    : undefined
  const matcher = compileFilter(
    isObject(operand.restrictSearchWithMatch) ? operand.restrictSearchWithMatch : {},
  )
  return function* (source, context) {
    let foreign: Foreign | undefined
    const open = (): Foreign => {
      const all = [...context.read(from)]
      context.examined(all.length)
      return indexForeign(
        all.filter(document => matcher.matches(document, context.variables)),
        to,
      )
    }
    for (const document of source) {
      foreign ??= open()
      const values = joinValues(start(scopeOf(document, context)))
      const found = walk(foreign, values, {
        maxDepth,
        next: each => joinValues(next(scopeOf(each, context))),
      })
      const results = Array.from(found, ([each, depth]) =>
        depthField === undefined
          ? each
          : withPath(each, depthField.split('.'), Long.fromNumber(depth)),
      )
      yield withPath(document, as.split('.'), results)
    }
  }
}

const walk = (
  foreign: Foreign,
  start: readonly unknown[],
  { maxDepth, next }: { maxDepth: number; next: (document: Document) => readonly unknown[] },
): Map<Document, number> => {
  const found = new Map<Document, number>()
  let frontier = start
  for (let depth = 0; depth <= maxDepth && frontier.length > 0; depth += 1) {
    const fresh = foreign.find(frontier).filter(document => !found.has(document))
    for (const document of fresh) found.set(document, depth)
    frontier = fresh.flatMap(next)
  }
  return found
}
