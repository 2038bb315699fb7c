import { toInteger } from '../../aggregate/numbers/number.ts'
import { compileFilter } from '../../query/matcher.ts'
import { equalValues, typeName } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { toText } from '../text.ts'
import {
  badValue,
  failedToParse,
  lastField,
  typeMismatch,
  type UpdateOperator,
} from './operator.ts'

export const addToSet: UpdateOperator = (operand, path) => {
  const values = readSetValues(operand)
  return current => {
    if (current !== undefined && !Array.isArray(current)) {
      throw badValue(
        `Cannot apply $addToSet to non-array field. Field named '${lastField(path)}' has non-array type ${typeName(current)}`,
      )
    }
    const set: unknown[] = [...(current ?? [])]
    for (const value of values) {
      if (!set.some(element => equalValues(element, value))) set.push(value)
    }
    return current !== undefined && set.length === current.length ? current : set
  }
}

const readSetValues = (operand: unknown): readonly unknown[] => {
  if (!isObject(operand) || Object.keys(operand)[0] !== '$each') {
    return [operand === undefined ? null : operand]
  }
  const [, unknown] = Object.keys(operand)
  if (unknown !== undefined) {
    throw badValue(`Found unexpected fields after $each in $addToSet: ${toText(operand)}`)
  }
  if (Array.isArray(operand.$each)) return operand.$each
  throw typeMismatch(
    `The argument to $each in $addToSet must be an array but it was of type ${typeName(operand.$each)}`,
  )
}

export const pop: UpdateOperator = (operand, path) => {
  const end = toInteger(operand)
  if (end === undefined) throw failedToParse(`Expected a number in: ${path}: ${toText(operand)}`)
  if (end !== 1n && end !== -1n) throw failedToParse(`$pop expects 1 or -1, found: ${end}`)
  return current => {
    if (current === undefined) return undefined
    if (!Array.isArray(current)) {
      throw typeMismatch(
        `Path '${path}' contains an element of non-array type '${typeName(current)}'`,
      )
    }
    if (current.length === 0) return current
    return end === 1n ? current.slice(0, -1) : current.slice(1)
  }
}

export const pull: UpdateOperator = operand => {
  const isPulled = readCondition(operand)
  return current => without(current, '$pull', isPulled)
}

export const pullAll: UpdateOperator = operand => {
  if (!Array.isArray(operand)) {
    throw badValue(`$pullAll requires an array argument but was given a ${typeName(operand)}`)
  }
  return current =>
    without(current, '$pullAll', element => operand.some(value => equalValues(value, element)))
}

const without = (
  current: unknown,
  operator: string,
  isPulled: (element: unknown) => boolean,
): unknown => {
  if (current === undefined) return undefined
  if (!Array.isArray(current)) throw badValue(`Cannot apply ${operator} to a non-array value`)
  const kept = current.filter(element => !isPulled(element))
  return kept.length === current.length ? current : kept
}

const readCondition = (operand: unknown): ((element: unknown) => boolean) => {
  if (isObject(operand)) {
    const [first = ''] = Object.keys(operand)
    if (first.startsWith('$') && !['$and', '$or', '$nor', '$expr'].includes(first)) {
      return matchesElement(operand)
    }
    const matcher = compileFilter(operand)
    return element => isObject(element) && matcher.matches(element)
  }
  if (typeName(operand) === 'regex') return matchesElement(operand)
  return element => equalValues(element, operand)
}

const matchesElement = (condition: unknown): ((element: unknown) => boolean) => {
  const matcher = compileFilter({ element: condition })
  return element => matcher.matches({ element })
}
