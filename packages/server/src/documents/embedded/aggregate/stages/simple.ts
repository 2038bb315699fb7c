import { randomInt } from 'node:crypto'
import type { Document } from 'bson'
import { Int32 } from 'bson'
import { compileFilter } from '../../query/matcher.ts'
import { compileSorter } from '../../query/sort.ts'
import { isObject } from '../../values/types.ts'
import { badValue, failedToParse, typeMismatch } from '../expressions/scope.ts'
import { toInteger } from '../numbers/number.ts'
import { readOrder } from '../order.ts'
import { typeName } from '../type-name.ts'
import type { StageCompiler, StageCompilers } from './stage.ts'

const match: StageCompiler = operand => {
  if (!isObject(operand)) throw failedToParse('the match filter must be an expression in an object')
  const matcher = compileFilter(operand)
  return function* (source, { variables }) {
    for (const document of source) if (matcher.matches(document, variables)) yield document
  }
}

const sort: StageCompiler = operand => {
  const sorter = compileSorter(readOrder(operand, '$sort'))
  return function* (source) {
    yield* sorter.sort([...source])
  }
}

/** The count that `$limit`, `$skip` and `$sample` take. */
const requireCount = (
  operand: unknown,
  { name, least }: { name: string; least: bigint },
): number => {
  const count = toInteger(operand)
  if (count !== undefined && count >= least) return Number(count)
  throw failedToParse(
    `invalid argument to ${name} stage: Expected a ${least > 0n ? 'positive' : 'non-negative'} number in: ${name}: ${String(operand)}`,
  )
}

const limit: StageCompiler = (operand, _compilePipeline, name) => {
  const most = requireCount(operand, { name, least: 1n })
  return function* (source) {
    let left = most
    for (const document of source) {
      yield document
      left -= 1
      if (left === 0) return
    }
  }
}

const skip: StageCompiler = (operand, _compilePipeline, name) => {
  const first = requireCount(operand, { name, least: 0n })
  return function* (source) {
    let left = first
    for (const document of source) {
      if (left > 0) left -= 1
      else yield document
    }
  }
}

const count: StageCompiler = operand => {
  if (typeof operand !== 'string' || operand === '') {
    throw badValue('the count field must be a non-empty string')
  }
  if (operand.startsWith('$')) throw badValue('the count field cannot be a $-prefixed path')
  if (operand.includes('.')) throw badValue("the count field cannot contain '.'")
  return function* (source) {
    let total = 0
    for (const _document of source) total += 1
    if (total > 0) yield { [operand]: new Int32(total) }
  }
}

const sample: StageCompiler = operand => {
  if (!isObject(operand) || !Object.hasOwn(operand, 'size')) {
    throw badValue('$sample stage must specify a size')
  }
  const size = requireCount(operand.size, { name: '$sample', least: 1n })
  return function* (source) {
    const kept: Document[] = []
    let seen = 0
    for (const document of source) {
      seen += 1
      const place = kept.length < size ? kept.length : randomInt(seen)
      if (place < size) kept[place] = document
    }
    yield* kept
  }
}

const documents: StageCompiler = operand => {
  if (!Array.isArray(operand)) {
    throw typeMismatch(
      `error during aggregation :: caused by :: an array is expected, found ${typeName(operand)}`,
    )
  }
  for (const document of operand) {
    if (!isObject(document)) throw typeMismatch('an array of documents is expected by $documents')
  }
  return () => operand
}

export const simpleStages: StageCompilers = {
  $match: match,
  $sort: sort,
  $limit: limit,
  $skip: skip,
  $count: count,
  $sample: sample,
  $documents: documents,
}
