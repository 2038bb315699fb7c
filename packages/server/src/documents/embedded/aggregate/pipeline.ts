import type { Document } from 'bson'
import type { Sort } from '../../documents.ts'
import { checkDepth } from '../values/bytes.ts'
import { isObject } from '../values/types.ts'
import { badValue, failedToParse, notSupported, typeMismatch } from './expressions/scope.ts'
import { toInteger } from './numbers/number.ts'
import { readOrder } from './order.ts'
import { type PipelineOutput, readMerge, readOut } from './output.ts'
import type { CompilePipeline, PipelineContext, RunContext, Stage } from './stages/stage.ts'
import { refusedStages, stages } from './stages/stages.ts'

export type { PipelineOutput } from './output.ts'
export type { PipelineContext } from './stages/stage.ts'

/** What a pipeline begins with, for the engine to read less; `run` does all of it again, to no harm. */
export type PipelineStart = {
  readonly filter: Document | undefined
  /** Absent when something stands between it and the filter. */
  readonly sort: Sort | undefined
  /** How many documents are enough, in the order of `sort`. */
  readonly limit: number | undefined
}

export type Pipeline = {
  readonly start: PipelineStart
  /** Set when the pipeline ends in `$out` or `$merge`; `run` answers the documents to write. */
  readonly output: PipelineOutput | undefined
  /** Documents in, documents out; lazy as far as the stages are. Errors are thrown while it is read. */
  run(source: Iterable<Document>, context: PipelineContext): Iterable<Document>
}

/**
 * Checks a whole pipeline before any document is read.
 *
 * @throws `BadValue`: `Unrecognized pipeline stage name: '$who'`; `CommandNotSupported` for stages and operators of
 * MongoDB that the embedded engine has not; `FailedToParse` for a stage that is no object with one field.
 */
export const compilePipeline = (pipeline: readonly Document[]): Pipeline => {
  if (!Array.isArray(pipeline))
    throw typeMismatch("'pipeline' option must be specified as an array")
  checkDepth(pipeline)
  const output = readOutput(pipeline)
  const body = output === undefined ? pipeline : pipeline.slice(0, -1)
  const stage = compileStages(body)
  return {
    start: readStart(pipeline),
    output,
    run: (source, context) => stage(source, { ...context, variables: { NOW: context.now } }),
  }
}

const compileStages: CompilePipeline = (pipeline, options = {}) => {
  const compiled = pipeline.map((stage, at) => compileStage(stage, { ...options, at }))
  return (source: Iterable<Document>, context: RunContext) =>
    compiled.reduce((documents, stage) => stage(documents, context), source)
}

const compileStage = (stage: unknown, place: { inside?: string; at: number }): Stage => {
  const { name, operand } = readStage(stage)
  const compiler = stages.get(name)
  if (compiler === undefined) throw refusal(name, place.inside)
  if (name === '$documents' && place.at > 0) {
    throw badValue('$documents is only valid as the first stage in a pipeline')
  }
  if (place.inside === '$facet' && (name === '$facet' || name === '$documents')) {
    throw badValue(`${name} is not allowed to be used within a $facet stage`)
  }
  return compiler(operand, compileStages, name)
}

const readStage = (stage: unknown): { name: string; operand: unknown } => {
  const names = isObject(stage) ? Object.keys(stage) : []
  const [name] = names
  if (name === undefined || names.length > 1) {
    throw failedToParse('A pipeline stage specification object must contain exactly one field.')
  }
  return { name, operand: (stage as Document)[name] }
}

const refusal = (name: string, inside: string | undefined): Error => {
  if (name === '$out' || name === '$merge') {
    return inside === undefined
      ? badValue(`${name} can only be the final stage in the pipeline`)
      : badValue(`${name} is not allowed within a ${inside} stage`)
  }
  return refusedStages.has(name)
    ? notSupported(`The stage ${name} is not supported by the embedded engine`)
    : badValue(`Unrecognized pipeline stage name: '${name}'`)
}

const readOutput = (pipeline: readonly Document[]): PipelineOutput | undefined => {
  const last = pipeline.at(-1)
  if (!isObject(last)) return undefined
  if (Object.hasOwn(last, '$out')) return readOut(readStage(last).operand)
  if (Object.hasOwn(last, '$merge')) return readMerge(readStage(last).operand, compileStages)
  return undefined
}

const readStart = (pipeline: readonly Document[]): PipelineStart => {
  const rest = [...pipeline]
  const filters: Document[] = []
  while (rest[0]?.$match !== undefined) filters.push((rest.shift() as Document).$match)
  const filter = filters.length > 1 ? { $and: filters } : filters[0]
  const order: unknown = rest[0]?.$sort
  if (order !== undefined) rest.shift()
  const limit = toInteger(rest[0]?.$limit)
  return {
    filter,
    sort: order === undefined ? undefined : readOrder(order, '$sort'),
    limit: limit === undefined ? undefined : Number(limit),
  }
}
