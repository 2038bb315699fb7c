import type { Document } from 'bson'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { requireVariableName } from '../expressions/conditional.ts'
import { badValue, type Expression, failedToParse, notSupported } from '../expressions/scope.ts'
import { type Foreign, indexForeign, joinValues } from './foreign.ts'
import {
  type CompilePipeline,
  type RunContext,
  type Stage,
  type StageCompiler,
  scopeOf,
} from './stage.ts'
import { withPath } from './unwind.ts'

type Lookup = {
  readonly from: string | undefined
  readonly as: readonly string[]
  readonly join: { readonly local: Expression; readonly foreignField: string } | undefined
  readonly variables: readonly { readonly name: string; readonly value: Expression }[]
  readonly pipeline: Stage | undefined
}

const known = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline']

const requireText = (value: unknown, option: string): string => {
  if (typeof value === 'string' && value !== '') return value
  if (isObject(value))
    throw notSupported(`$lookup '${option}' in another database is not supported`)
  throw failedToParse(`$lookup argument '${option}' must be a string`)
}

const readLookup = (operand: unknown, compilePipeline: CompilePipeline): Lookup => {
  if (!isObject(operand)) throw failedToParse('the $lookup specification must be an object')
  const [unknown] = Object.keys(operand).filter(key => !known.includes(key))
  if (unknown !== undefined) throw failedToParse(`unknown argument to $lookup: ${unknown}`)
  const { localField, foreignField, pipeline } = operand
  if ((localField === undefined) !== (foreignField === undefined)) {
    throw failedToParse('$lookup requires both or neither of localField and foreignField')
  }
  if (localField === undefined && !Array.isArray(pipeline)) {
    throw failedToParse(
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    )
  }
  if (operand.from === undefined && pipeline?.[0]?.$documents === undefined) {
    throw failedToParse("missing 'from' option to $lookup stage specification")
  }
  return {
    from: operand.from === undefined ? undefined : requireText(operand.from, 'from'),
    as: requireText(operand.as, 'as').split('.'),
    join:
      localField === undefined
        ? undefined
        : {
            local: compile(`$${requireText(localField, 'localField')}`),
            foreignField: requireText(foreignField, 'foreignField'),
          },
    variables: Object.entries(isObject(operand.let) ? operand.let : {}).map(([name, value]) => ({
      name: requireVariableName(name),
      value: compile(value),
    })),
    pipeline: Array.isArray(pipeline)
      ? compilePipeline(pipeline, { inside: '$lookup' })
      : undefined,
  }
}

export const lookup: StageCompiler = (operand, compilePipeline) => {
  const spec = readLookup(operand, compilePipeline)
  const isSameForAll = spec.join === undefined && spec.variables.length === 0
  return function* (source, context) {
    let all: readonly Document[] | undefined
    let foreign: Foreign | undefined
    let once: Document[] | undefined
    const candidates = (document: Document): readonly Document[] => {
      all ??= readForeign(spec.from, context)
      if (spec.join === undefined) return all
      foreign ??= indexForeign(all, spec.join.foreignField)
      return foreign.find(joinValues(spec.join.local(scopeOf(document, context))))
    }
    for (const document of source) {
      const found = once ?? piped(spec, { candidates: candidates(document), document, context })
      if (isSameForAll) once = found
      yield withPath(document, spec.as, found)
    }
  }
}

const readForeign = (from: string | undefined, context: RunContext): readonly Document[] => {
  if (from === undefined) return []
  const documents = [...context.read(from)]
  context.examined(documents.length)
  return documents
}

type Joined = {
  readonly candidates: readonly Document[]
  readonly document: Document
  readonly context: RunContext
}

const piped = (spec: Lookup, { candidates, document, context }: Joined): Document[] => {
  if (spec.pipeline === undefined) return [...candidates]
  context.examined(candidates.length)
  const scope = scopeOf(document, context)
  const set = Object.fromEntries(spec.variables.map(({ name, value }) => [name, value(scope)]))
  return [...spec.pipeline(candidates, { ...context, variables: { ...context.variables, ...set } })]
}

export const unionWith: StageCompiler = (operand, compilePipeline) => {
  const spec = isObject(operand) ? operand : { coll: operand }
  const { coll, pipeline = [] } = spec
  if (!Array.isArray(pipeline)) throw badValue("$unionWith 'pipeline' must be an array")
  const from = coll === undefined && pipeline[0]?.$documents ? undefined : requireText(coll, 'coll')
  const stage = compilePipeline(pipeline, { inside: '$unionWith' })
  return function* (source, context) {
    yield* source
    yield* stage(readForeign(from, context), context)
  }
}
