import type { Document } from 'bson'
import { Int32 } from 'bson'
import { compareValues } from '../../values/compare.ts'
import { isObject, typeRank } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { badValue, type Expression, failedToParse, notSupported } from '../expressions/scope.ts'
import { toInteger } from '../numbers/number.ts'
import { type Group, type GroupFields, openGroup, readGroupFields } from './group.ts'
import { type RunContext, type StageCompiler, scopeOf } from './stage.ts'

const readOutput = (operand: Document): GroupFields =>
  readGroupFields(isObject(operand.output) ? operand.output : { count: { $sum: new Int32(1) } })

const requireKnown = (operand: unknown, name: string, known: readonly string[]): Document => {
  if (!isObject(operand)) throw failedToParse(`Argument to ${name} stage must be an object`)
  const [unknown] = Object.keys(operand).filter(key => !known.includes(key))
  if (unknown !== undefined) throw badValue(`Unrecognized option to ${name}: ${unknown}.`)
  if (!Object.hasOwn(operand, 'groupBy'))
    throw badValue(`${name} requires 'groupBy' to be specified`)
  return operand
}

const readBoundaries = (value: unknown): unknown[] => {
  if (!Array.isArray(value) || value.length < 2) {
    throw badValue("The $bucket 'boundaries' field must be an array with at least 2 values")
  }
  const constant = value.map(boundary => compile(boundary)({ root: {}, variables: {} }))
  for (const [at, boundary] of constant.entries()) {
    if (at === 0) continue
    if (typeRank(constant[at - 1]) !== typeRank(boundary)) {
      throw badValue("All values in the 'boundaries' option to $bucket must have the same type")
    }
    if (compareValues(constant[at - 1], boundary) >= 0) {
      throw badValue("The 'boundaries' option to $bucket must be sorted in ascending order")
    }
  }
  return constant
}

const bucketOf = (value: unknown, boundaries: readonly unknown[]): number => {
  const above = boundaries.findIndex(boundary => compareValues(value, boundary) < 0)
  return above - 1 < 0 ? -1 : above - 1
}

export const bucket: StageCompiler = (operand, _compilePipeline, name) => {
  const spec = requireKnown(operand, name, ['groupBy', 'boundaries', 'default', 'output'])
  const by = compile(spec.groupBy)
  const boundaries = readBoundaries(spec.boundaries)
  const hasDefault = Object.hasOwn(spec, 'default')
  const fields = readOutput(spec)
  return function* (source, context) {
    const groups = new Map<number, Group>()
    for (const document of source) {
      const scope = scopeOf(document, context)
      const at = bucketOf(by(scope), boundaries)
      if (at === -1 && !hasDefault) {
        throw badValue(
          '$switch could not find a matching branch for an input, and no default was specified.',
        )
      }
      const found = groups.get(at) ?? openGroup(fields, scope)
      groups.set(at, found)
      found.add(scope)
    }
    const ids = new Map([...boundaries.entries(), [-1, spec.default] as [number, unknown]])
    const made = [...groups].map(([at, each]) => each.document(ids.get(at)))
    yield* made.sort((a, b) => compareValues(a._id, b._id))
  }
}

type Keyed = { readonly key: unknown; readonly document: Document }

const keyed = (source: Iterable<Document>, by: Expression, context: RunContext): Keyed[] =>
  Array.from(source, document => ({
    key: by(scopeOf(document, context)) ?? null,
    document,
  })).sort((a, b) => compareValues(a.key, b.key))

const cut = (sorted: readonly Keyed[], buckets: number): Keyed[][] => {
  const size = Math.max(1, Math.round(sorted.length / buckets))
  const parts: Keyed[][] = []
  let at = 0
  while (at < sorted.length) {
    const isLast = parts.length === buckets - 1
    let end = isLast ? sorted.length : Math.min(sorted.length, at + size)
    while (end < sorted.length && compareValues(sorted[end - 1]?.key, sorted[end]?.key) === 0) {
      end += 1
    }
    parts.push(sorted.slice(at, end))
    at = end
  }
  return parts
}

export const bucketAuto: StageCompiler = (operand, _compilePipeline, name) => {
  const spec = requireKnown(operand, name, ['groupBy', 'buckets', 'output', 'granularity'])
  if (Object.hasOwn(spec, 'granularity'))
    throw notSupported("$bucketAuto's granularity is not supported")
  const buckets = Number(toInteger(spec.buckets) ?? 0n)
  if (buckets < 1) throw badValue("The $bucketAuto 'buckets' field must be greater than 0")
  const by = compile(spec.groupBy)
  const fields = readOutput(spec)
  return function* (source, context) {
    const parts = cut(keyed(source, by, context), buckets)
    for (const [at, part] of parts.entries()) {
      const first = part[0] as Keyed
      const found = openGroup(fields, scopeOf(first.document, context))
      for (const { document } of part) found.add(scopeOf(document, context))
      const max = (parts[at + 1]?.[0] ?? (part.at(-1) as Keyed)).key
      yield found.document({ min: first.key, max })
    }
  }
}
