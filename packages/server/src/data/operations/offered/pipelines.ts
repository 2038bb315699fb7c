import type { Document } from 'bson'
import { isAccumulator } from '../../../documents/embedded/aggregate/accumulators/accumulators.ts'
import { operators } from '../../../documents/embedded/aggregate/expressions/operators.ts'
import { AppError } from '../../../errors.ts'
import { offeredStages, refused, windowOperators } from './names.ts'
import { checkQuery } from './queries.ts'
import { isCode, isRegex, notOffered, type Visit, walk, wrongPart } from './walk.ts'

const unknown = (message: string): AppError => new AppError('databaseError', { message })

export const isExpression = (name: string): boolean =>
  operators.has(name) || isAccumulator(name) || windowOperators.has(name)

const regexOperators: ReadonlySet<string> = new Set(['$regexMatch', '$regexFind', '$regexFindAll'])

/** A pattern as long as this is no pattern that a person wrote. */
const longestPattern = 4_096

const checkPattern = (pattern: unknown, path: string): void => {
  if (typeof pattern !== 'string' || Buffer.byteLength(pattern) <= longestPattern) return
  throw wrongPart(path, `must not be longer than ${longestPattern} bytes`)
}

/** Variables that tell of the database's own users and state. */
const refusedVariable = /^\$\$(?:USER_ROLES|SEARCH_META|CLUSTER_TIME)\b/

const expression: Visit = {
  field: ({ name, value, path }) => {
    if (!name.startsWith('$')) return true
    if (refused.has(name)) throw notOffered(name, path)
    if (name === '$literal') return false
    if (!isExpression(name)) throw unknown(`Unrecognized expression '${name}'`)
    if (regexOperators.has(name) && typeof value === 'object' && value !== null) {
      checkPattern((value as { regex?: unknown }).regex, `${path}.regex`)
    }
    return true
  },
  leaf: (value, path) => {
    if (isCode(value)) throw notOffered('$code', path)
    if (isRegex(value)) checkPattern('pattern' in value ? value.pattern : value.source, path)
    const [variable] = (typeof value === 'string' && refusedVariable.exec(value)) || []
    if (variable !== undefined) throw notOffered(variable, path)
  },
}

/** @throws `operatorRefused`, `databaseError`, `fieldInvalid` */
export const checkExpression = (value: unknown, path: string): void => walk(value, path, expression)

const checkStage = (stage: Document, path: string, offered: ReadonlySet<string>): void => {
  const [name = '', ...more] = Object.keys(stage)
  if (more.length > 0 || name === '') {
    throw wrongPart(path, 'must be an object with the name of one stage')
  }
  if (refused.has(name)) throw notOffered(name, path)
  if (!offered.has(name)) throw unknown(`Unrecognized pipeline stage name: '${name}'.`)
  if (name === '$match') checkQuery(stage[name], `${path}.${name}`)
  else checkExpression(stage[name], `${path}.${name}`)
}

const mostStages = 1_000

/**
 * Checks a pipeline of a user.
 *
 * @throws `operatorRefused` naming what only the system may use; `databaseError` for a stage or an operator that nobody
 * knows; `fieldInvalid`
 */
export const checkPipeline = (
  pipeline: readonly Document[],
  path: string,
  offered: ReadonlySet<string> = offeredStages,
): void => {
  if (pipeline.length > mostStages) throw wrongPart(path, `has more than ${mostStages} stages`)
  for (const [at, stage] of pipeline.entries()) checkStage(stage, `${path}.${at}`, offered)
}
