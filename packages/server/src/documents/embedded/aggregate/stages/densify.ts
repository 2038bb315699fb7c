import type { Document } from 'bson'
import { compareValues } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { badValue, type Expression, failedToParse } from '../expressions/scope.ts'
import { valueKey } from '../value-key.ts'
import type { StageCompiler } from './stage.ts'
import { readPath, withPath } from './unwind.ts'

type Densify = {
  readonly path: readonly string[]
  readonly by: readonly (readonly string[])[]
  readonly next: (value: unknown) => unknown
  readonly bounds: 'full' | 'partition' | readonly [unknown, unknown]
}

const mostMade = 500_000

const readDensify = (operand: unknown): Densify => {
  if (!isObject(operand) || typeof operand.field !== 'string' || !isObject(operand.range)) {
    throw failedToParse("$densify requires a 'field' and a 'range'")
  }
  const { step, unit, bounds } = operand.range
  if (compareValues(step, 0) <= 0)
    throw badValue(
      'the step parameter in a range statement must be a strictly positive numeric value',
    )
  const isPair = Array.isArray(bounds) && bounds.length === 2
  if (bounds !== 'full' && bounds !== 'partition' && !isPair) {
    throw badValue(
      "the bounds in a range statement must be the string 'full', 'partition', or an ascending array of two numbers or two dates",
    )
  }
  const fields: unknown[] = Array.isArray(operand.partitionByFields)
    ? operand.partitionByFields
    : []
  return {
    path: operand.field.split('.'),
    by: fields.map(field => String(field).split('.')),
    next: advance(
      unit === undefined
        ? { $add: ['$$value', step] }
        : { $dateAdd: { startDate: '$$value', unit, amount: step } },
    ),
    bounds: isPair ? [bounds[0], bounds[1]] : bounds,
  }
}

const advance = (expression: unknown): ((value: unknown) => unknown) => {
  const evaluate: Expression = compile(expression)
  return value => evaluate({ root: {}, variables: { value } })
}

const partitions = (documents: readonly Document[], { by }: Densify): Document[][] => {
  const parts = new Map<string, Document[]>()
  for (const document of documents) {
    const key = valueKey(by.map(path => readPath(document, path) ?? null))
    const part = parts.get(key)
    if (part === undefined) parts.set(key, [document])
    else part.push(document)
  }
  return [...parts.values()]
}

export const densify: StageCompiler = operand => {
  const spec = readDensify(operand)
  return function* (source) {
    const all = [...source]
    const present = all
      .filter(document => readPath(document, spec.path) != null)
      .sort((a, b) => compareValues(readPath(a, spec.path), readPath(b, spec.path)))
    yield* all.filter(document => readPath(document, spec.path) == null)
    const parts = partitions(present, spec)
    for (const part of parts) yield* densified(part, spec, present)
  }
}

const ends = (documents: readonly Document[], path: readonly string[]): [unknown, unknown] => [
  readPath(documents[0] as Document, path),
  readPath(documents.at(-1) as Document, path),
]

function* densified(
  part: readonly Document[],
  spec: Densify,
  all: readonly Document[],
): Generator<Document> {
  const { path, by, next, bounds } = spec
  const isClosed = typeof bounds === 'string'
  const [low, high] = isClosed ? ends(bounds === 'full' ? all : part, path) : bounds
  const made = by.reduce<Document>(
    (document, field) => withPath(document, field, readPath(part[0] as Document, field)),
    {},
  )
  let value = low
  let count = 0
  const isWanted = (): boolean => compareValues(value, high) < (isClosed ? 1 : 0)
  for (const document of part) {
    const here = readPath(document, path)
    while (isWanted() && compareValues(value, here) < 0) {
      yield withPath(made, path, value)
      value = next(value)
      count += 1
      if (count > mostMade)
        throw badValue(`Generated ${count} documents in $densify, which is over the limit`)
    }
    yield document
    if (compareValues(value, here) === 0) value = next(value)
  }
  for (; isWanted(); value = next(value)) {
    yield withPath(made, path, value)
    count += 1
    if (count > mostMade)
      throw badValue(`Generated ${count} documents in $densify, which is over the limit`)
  }
}
