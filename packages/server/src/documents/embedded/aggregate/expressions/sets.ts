import { compareValues } from '../../values/compare.ts'
import { typeName } from '../type-name.ts'
import { checkElements } from './growth.ts'
import { binary, isNullish, type Operators, typeMismatch, variadic } from './scope.ts'

const requireSet = (value: unknown, name: string): readonly unknown[] => {
  if (Array.isArray(value)) return value
  throw typeMismatch(
    `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`,
  )
}

/** The different values, in BSON order. */
const distinct = (values: readonly unknown[]): unknown[] =>
  [...values]
    .sort(compareValues)
    .filter((value, at, sorted) => at === 0 || compareValues(sorted[at - 1], value) !== 0)

const has = (sorted: readonly unknown[], value: unknown): boolean => {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compareValues(sorted[middle], value)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return false
}

const isSubset = (inner: readonly unknown[], outer: readonly unknown[]): boolean => {
  const sorted = distinct(outer)
  return inner.every(value => has(sorted, value))
}

export const sets: Operators = {
  $setUnion: variadic((values, name) => {
    if (values.some(isNullish)) return null
    const all = values.map(value => requireSet(value, name))
    checkElements(
      all.reduce((sum, { length }) => sum + length, 0),
      name,
    )
    return distinct(all.flat())
  }),
  $setIntersection: variadic((values, name) => {
    if (values.some(isNullish)) return null
    const [first = [], ...others] = values.map(value => distinct(requireSet(value, name)))
    return first.filter(value => others.every(other => has(other, value)))
  }),
  $setDifference: binary((left, right, name) => {
    if (isNullish(left) || isNullish(right)) return null
    const taken = distinct(requireSet(right, name))
    const kept: unknown[] = []
    for (const value of requireSet(left, name)) {
      if (has(taken, value) || kept.some(other => compareValues(other, value) === 0)) continue
      kept.push(value)
    }
    return kept
  }),
  $setIsSubset: binary((left, right, name) =>
    isSubset(requireSet(left, name), requireSet(right, name)),
  ),
  $setEquals: variadic((values, name) => {
    const [first = [], ...others] = values.map(value => requireSet(value, name))
    return others.every(other => isSubset(first, other) && isSubset(other, first))
  }),
}
