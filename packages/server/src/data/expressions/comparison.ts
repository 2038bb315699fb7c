import { compareValues, equalValues, typeRank } from '../../documents/embedded/values/compare.ts'
import { toNumeric } from '../../documents/embedded/values/numbers.ts'

type Comparison = (left: unknown, right: unknown) => boolean

/** Nothing is equal to a value that is not there. */
const isEqual: Comparison = (left, right) =>
  left !== undefined && right !== undefined && equalValues(left, right)

const contains = (list: unknown, value: unknown): boolean =>
  Array.isArray(list) && list.some(item => isEqual(item, value))

/** Equal, or a list on either side that contains the other. */
export const matchesValue: Comparison = (left, right) =>
  isEqual(left, right) || contains(left, right) || contains(right, left)

const isIn: Comparison = (left, right) =>
  contains(right, left) || (Array.isArray(left) && left.some(item => contains(right, item)))

const isNan = (value: unknown): boolean => Number.isNaN(toNumeric(value))

/** Values of different kinds have no order, and what is no number has none. */
const ordered =
  (holds: (order: number) => boolean): Comparison =>
  (left, right) =>
    left !== undefined &&
    right !== undefined &&
    typeRank(left) === typeRank(right) &&
    !isNan(left) &&
    !isNan(right) &&
    holds(compareValues(left, right))

const isThere = (value: unknown): boolean => value !== undefined

const comparisons: Readonly<Record<string, Comparison>> = {
  eq: matchesValue,
  ne: (left, right) => isThere(left) && isThere(right) && !matchesValue(left, right),
  gt: ordered(order => order > 0),
  gte: ordered(order => order >= 0),
  lt: ordered(order => order < 0),
  lte: ordered(order => order <= 0),
  in: isIn,
  nin: (left, right) => isThere(left) && Array.isArray(right) && !isIn(left, right),
  exists: (left, right) => isThere(left) === (right === true),
}

/** The comparison behind `$gt` or `%gt`; `undefined` for what is none. */
export const findComparison = (operator: string): Comparison | undefined => {
  const [sign = '', name] = [operator[0], operator.slice(1)]
  return '$%'.includes(sign) && Object.hasOwn(comparisons, name) ? comparisons[name] : undefined
}
