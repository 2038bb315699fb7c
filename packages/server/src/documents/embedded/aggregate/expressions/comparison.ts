import { Int32 } from 'bson'
import { compareValues, equalValues, typeName } from '../../values/compare.ts'
import { binary, isTruthy, type Operators, typeMismatch, unary } from './scope.ts'

const order = (left: unknown, right: unknown): number => {
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined)
  }
  return Math.sign(compareValues(left, right))
}

/** Values in BSON order, a missing one before everything. */
export const compareWithMissing = order

export const equalWithMissing = (left: unknown, right: unknown): boolean =>
  left === undefined || right === undefined ? left === right : equalValues(left, right)

export const comparison: Operators = {
  $cmp: binary((left, right) => new Int32(order(left, right))),
  $eq: binary(equalWithMissing),
  $ne: binary((left, right) => !equalWithMissing(left, right)),
  $gt: binary((left, right) => order(left, right) > 0),
  $gte: binary((left, right) => order(left, right) >= 0),
  $lt: binary((left, right) => order(left, right) < 0),
  $lte: binary((left, right) => order(left, right) <= 0),
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
