import type { Document } from 'bson'
import { Int32 } from 'bson'
import { isObject } from '../../values/types.ts'
import type { Accumulation, Accumulator } from '../accumulators/accumulator.ts'
import { compileAccumulator } from '../accumulators/accumulators.ts'
import { compile } from '../expression.ts'
import { badValue, type Expression, failedToParse, type Scope } from '../expressions/scope.ts'
import { valueKey } from '../value-key.ts'
import { type Stage, type StageCompiler, scopeOf } from './stage.ts'

export type GroupFields = readonly { readonly name: string; readonly accumulator: Accumulator }[]

/** Reads `{ total: { $sum: … }, … }`. */
export const readGroupFields = (fields: Document): GroupFields =>
  Object.entries(fields).map(([name, value]) => {
    if (name.includes('.')) throw badValue(`The field name '${name}' cannot contain '.'`)
    if (name.startsWith('$')) {
      throw badValue(`The field name '${name}' cannot be an operator name`)
    }
    return { name, accumulator: compileAccumulator(name, value, compile) }
  })

/** One group that grows. */
export type Group = { add(scope: Scope): void; document(id: unknown): Document }

export const openGroup = (fields: GroupFields, scope: Scope): Group => {
  const open: { name: string; accumulation: Accumulation }[] = fields.map(
    ({ name, accumulator }) => ({ name, accumulation: accumulator.open(scope) }),
  )
  return {
    add: each => {
      for (const { accumulation } of open) accumulation.add(each)
    },
    document: id =>
      Object.fromEntries([
        ['_id', id],
        ...open.map(({ name, accumulation }): [string, unknown] => [name, accumulation.result()]),
      ]),
  }
}

const grouped = (by: Expression, fields: GroupFields): Stage =>
  function* (source, context) {
    const groups = new Map<string, { id: unknown; group: Group }>()
    for (const document of source) {
      const scope = scopeOf(document, context)
      const id = by(scope) ?? null
      const key = valueKey(id)
      let found = groups.get(key)
      if (found === undefined) {
        found = { id, group: openGroup(fields, scope) }
        groups.set(key, found)
      }
      found.group.add(scope)
    }
    for (const { id, group } of groups.values()) yield group.document(id)
  }

export const group: StageCompiler = operand => {
  if (!isObject(operand)) throw failedToParse("a group's fields must be specified in an object")
  const { _id: id, ...fields } = operand
  if (!Object.hasOwn(operand, '_id')) throw badValue('a group specification must include an _id')
  return grouped(compile(id), readGroupFields(fields))
}

export const sortByCount: StageCompiler = operand => {
  const isExpression =
    (typeof operand === 'string' && operand.startsWith('$')) ||
    (isObject(operand) && Object.keys(operand)[0]?.startsWith('$'))
  if (!isExpression) {
    throw badValue(
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    )
  }
  const count = grouped(compile(operand), readGroupFields({ count: { $sum: new Int32(1) } }))
  return function* (source, context) {
    yield* [...count(source, context)].sort((a, b) => Number(b.count) - Number(a.count))
  }
}
