import { Timestamp } from 'bson'
import { compareValues, typeName } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { getField } from '../fields.ts'
import { badValue, type UpdateOperator } from './operator.ts'

const stored = (operand: unknown): unknown => (operand === undefined ? null : operand)

export const set: UpdateOperator = operand => () => stored(operand)

export const setOnInsert: UpdateOperator = operand => (current, context) =>
  context.isInsert ? stored(operand) : current

export const unset: UpdateOperator = () => () => undefined

export const min: UpdateOperator = operand => current =>
  current === undefined || compareValues(operand, current) < 0 ? stored(operand) : current

export const max: UpdateOperator = operand => current =>
  current === undefined || compareValues(operand, current) > 0 ? stored(operand) : current

export const currentDate: UpdateOperator = operand => {
  const kind = readDateKind(operand)
  return (_current, { now }) =>
    kind === 'date'
      ? new Date(now.getTime())
      : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
}

const readDateKind = (operand: unknown): 'date' | 'timestamp' => {
  if (typeof operand === 'boolean') return 'date'
  if (!isObject(operand)) {
    throw badValue(
      `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    )
  }
  const type = getField(operand, '$type')
  const [unknown] = Object.keys(operand).filter(key => key !== '$type')
  if (unknown !== undefined) throw badValue(`Unrecognized $currentDate option: ${unknown}`)
  if (type === 'date' || type === 'timestamp') return type
  throw badValue(
    "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}",
  )
}
