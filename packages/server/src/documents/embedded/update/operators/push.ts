import type { Document } from 'bson'
import { toInteger, toNumeric } from '../../aggregate/numbers/number.ts'
import { compileSort } from '../../query/sort.ts'
import { compareValues, typeName } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { badValue, lastField, type UpdateOperator } from './operator.ts'

type Push = {
  readonly values: readonly unknown[]
  readonly position: number | undefined
  readonly slice: number | undefined
  readonly sort: ((a: unknown, b: unknown) => number) | undefined
}

export const push: UpdateOperator = (operand, path) => {
  const { values, position, slice, sort } = readPush(operand)
  return (current, context) => {
    if (current !== undefined && !Array.isArray(current)) {
      throw badValue(
        `The field '${lastField(path)}' must be an array but is of type ${typeName(current)} in document ${context.documentText}`,
      )
    }
    const pushed = [...(current ?? [])]
    pushed.splice(position ?? pushed.length, 0, ...values)
    if (sort !== undefined) pushed.sort(sort)
    if (slice === undefined) return pushed
    return slice < 0 ? pushed.slice(slice) : pushed.slice(0, slice)
  }
}

const plain = { position: undefined, slice: undefined, sort: undefined }

const clauses = new Set(['$each', '$position', '$slice', '$sort'])

const readPush = (operand: unknown): Push => {
  if (!isObject(operand) || !Object.hasOwn(operand, '$each')) {
    if (isObject(operand)) requireNoClause(operand)
    return { values: [operand === undefined ? null : operand], ...plain }
  }
  const [unknown] = Object.keys(operand).filter(key => !clauses.has(key))
  if (unknown !== undefined) throw badValue(`Unrecognized clause in $push: ${unknown}`)
  if (!Array.isArray(operand.$each)) {
    throw badValue(
      `The argument to $each in $push must be an array but it was of type: ${typeName(operand.$each)}`,
    )
  }
  return {
    values: operand.$each,
    position: readWhole(operand, '$position'),
    slice: readWhole(operand, '$slice'),
    sort: Object.hasOwn(operand, '$sort') ? readSort(operand.$sort) : undefined,
  }
}

const requireNoClause = (operand: Document): void => {
  const [first = ''] = Object.keys(operand)
  if (clauses.has(first)) throw badValue(`Cannot use '${first}' in $push without $each`)
}

const readWhole = (operand: Document, clause: string): number | undefined => {
  if (!Object.hasOwn(operand, clause)) return undefined
  const whole = toInteger(operand[clause])
  if (whole !== undefined) return Number(whole)
  throw badValue(
    `The value for ${clause} must be an integer value but was given type: ${typeName(operand[clause])}`,
  )
}

const readDirection = (value: unknown): 1 | -1 => {
  const direction = toNumeric(value) === undefined ? undefined : Number(toInteger(value) ?? 0n)
  if (direction === 1 || direction === -1) return direction
  throw badValue('The $sort element value must be either 1 or -1')
}

const readSort = (value: unknown): ((a: unknown, b: unknown) => number) => {
  if (!isObject(value)) {
    const direction = readDirection(value)
    return (a, b) => direction * compareValues(a, b)
  }
  const fields = Object.entries(value)
  if (fields.length === 0) {
    throw badValue('The $sort pattern is empty when it should be a set of fields.')
  }
  for (const [name] of fields) {
    if (name.split('.').includes('')) {
      throw badValue(`The $sort field is a dotted field but has an empty part: ${name}`)
    }
  }
  const compare = compileSort(
    Object.fromEntries(fields.map(([name, direction]) => [name, readDirection(direction)])),
  )
  return (a, b) => compare(isObject(a) ? a : {}, isObject(b) ? b : {})
}
