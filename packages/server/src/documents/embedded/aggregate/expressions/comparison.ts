import { Int32 } from 'bson'
import { compareValues, equalValues } from '../../values/compare.ts'
import { typeName } from '../type-name.ts'
import { binary, isTruthy, type Operators, typeMismatch, unary } from './scope.ts'

export const comparison: Operators = {
  $cmp: binary((left, right) => new Int32(Math.sign(compareValues(left, right)))),
  $eq: binary(equalValues),
  $ne: binary((left, right) => !equalValues(left, right)),
  $gt: binary((left, right) => compareValues(left, right) > 0),
  $gte: binary((left, right) => compareValues(left, right) >= 0),
  $lt: binary((left, right) => compareValues(left, right) < 0),
  $lte: binary((left, right) => compareValues(left, right) <= 0),
}

export const logic: Operators = {
  $and: (operand, compile) => {
    const list = (Array.isArray(operand) ? operand : [operand]).map(compile)
    return scope => list.every(argument => isTruthy(argument(scope)))
  },
  $or: (operand, compile) => {
    const list = (Array.isArray(operand) ? operand : [operand]).map(compile)
    return scope => list.some(argument => isTruthy(argument(scope)))
  },
  $not: unary(value => !isTruthy(value)),
  $allElementsTrue: unary((value, name) => requireElements(value, name).every(isTruthy)),
  $anyElementTrue: unary((value, name) => requireElements(value, name).some(isTruthy)),
}

const requireElements = (value: unknown, name: string): readonly unknown[] => {
  if (Array.isArray(value)) return value
  throw typeMismatch(`${name}'s argument must be an array, but is ${typeName(value)}`)
}
