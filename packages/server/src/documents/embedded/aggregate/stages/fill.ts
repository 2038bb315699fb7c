import type { Document } from 'bson'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { badValue, failedToParse, isNullish } from '../expressions/scope.ts'
import { readOrder } from '../order.ts'
import { compileWindowFunction } from '../windows/functions.ts'
import { wholePartition } from '../windows/window.ts'
import type { StageCompiler } from './stage.ts'
import { readPath } from './unwind.ts'
import { type WindowOutput, windowed } from './window.ts'

const methods: Readonly<Record<string, string>> = { linear: '$linearFill', locf: '$locf' }

const readFill = (field: string, value: unknown, hasSort: boolean): WindowOutput => {
  const path = field.split('.')
  if (isObject(value) && Object.hasOwn(value, 'value')) {
    const fallback = compile(value.value)
    return {
      path,
      values: ({ scopes, documents }) =>
        scopes.map((scope, at) => {
          const present = readPath(documents[at] as Document, path)
          return isNullish(present) ? fallback(scope) : present
        }),
    }
  }
  const method: unknown = isObject(value) ? value.method : undefined
  const name =
    typeof method === 'string' && Object.hasOwn(methods, method) ? methods[method] : undefined
  if (name === undefined) throw badValue('Method must be either locf or linear')
  if (!hasSort) throw badValue(`$fill with the method ${String(method)} requires a sortBy`)
  const values = compileWindowFunction(field, {
    name,
    operand: `$${field}`,
    window: wholePartition,
    hasWindow: false,
  })
  return { path, values }
}

export const fill: StageCompiler = operand => {
  if (!isObject(operand) || !isObject(operand.output)) {
    throw failedToParse('the $fill stage specification must be an object with an output')
  }
  const { partitionBy, partitionByFields } = operand
  if (partitionBy !== undefined && partitionByFields !== undefined) {
    throw badValue(
      "Maximum one of 'partitionBy' and 'partitionByFields can be specified in '$fill'",
    )
  }
  const hasSort = Object.hasOwn(operand, 'sortBy')
  const fields = Array.isArray(partitionByFields) ? partitionByFields.map(String) : []
  const by = fields.length > 0 ? fields.map(field => `$${field}`) : (partitionBy ?? null)
  return windowed(
    { by: compile(by), sort: hasSort ? readOrder(operand.sortBy, '$fill') : {} },
    Object.entries(operand.output).map(([field, value]) => readFill(field, value, hasSort)),
  )
}
