import type { Document } from 'bson'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { failedToParse } from '../expressions/scope.ts'
import { readOrder } from '../order.ts'
import { compileWindowFunction, type WindowFunction } from '../windows/functions.ts'
import { type Partitioning, partition } from '../windows/partitions.ts'
import { readWindow } from '../windows/window.ts'
import type { Stage, StageCompiler } from './stage.ts'
import { withPath } from './unwind.ts'

export type WindowOutput = { readonly path: readonly string[]; readonly values: WindowFunction }

const readOutput = (field: string, value: unknown, hasSort: boolean): WindowOutput => {
  const names = isObject(value) ? Object.keys(value) : []
  const [name, ...more] = names.filter(key => key !== 'window')
  if (!isObject(value) || name === undefined || more.length > 0) {
    throw failedToParse(`The field '${field}' must be an object with one window function`)
  }
  const hasWindow = Object.hasOwn(value, 'window')
  const window = readWindow(value.window, { hasSort })
  const values = compileWindowFunction(field, { name, operand: value[name], window, hasWindow })
  return { path: field.split('.'), values }
}

/** A stage that adds fields which are calculated over partitions. */
export const windowed = (partitioning: Partitioning, outputs: readonly WindowOutput[]): Stage =>
  function* (source, context) {
    for (const part of partition(source, partitioning, context)) {
      const columns = outputs.map(({ path, values }) => ({ path, column: values(part) }))
      for (const [at, document] of part.documents.entries()) {
        yield columns.reduce<Document>(
          (after, { path, column }) => withPath(after, path, column[at]),
          document,
        )
      }
    }
  }

const known = ['partitionBy', 'sortBy', 'output']

export const setWindowFields: StageCompiler = operand => {
  if (!isObject(operand) || !isObject(operand.output)) {
    throw failedToParse('the $setWindowFields stage specification must be an object with an output')
  }
  const [unknown] = Object.keys(operand).filter(key => !known.includes(key))
  if (unknown !== undefined) {
    throw failedToParse(`BSON field '$setWindowFields.${unknown}' is an unknown field.`)
  }
  const hasSort = Object.hasOwn(operand, 'sortBy')
  const sort = hasSort ? readOrder(operand.sortBy, '$setWindowFields') : {}
  const outputs = Object.entries(operand.output).map(([field, value]) =>
    readOutput(field, value, hasSort),
  )
  return windowed({ by: compile(operand.partitionBy ?? null), sort }, outputs)
}
