import { ObjectId } from 'bson'
import { compareValues, equalValues } from '../values/compare.ts'
import { compareNumeric, type Numeric, toNumeric } from '../values/numbers.ts'
import type { Test } from '../values/path.ts'
import { typeCode, typeCodes, typeRank } from '../values/types.ts'

const equalNumber = (expected: Numeric): Test => {
  return value => {
    if (value === expected) return true
    const numeric = toNumeric(value)
    return (
      numeric === expected || (numeric !== undefined && compareNumeric(numeric, expected) === 0)
    )
  }
}

/** Equality as MongoDB sees it: null finds a missing field too, numbers are equal across their types. */
export const equalTo = (expected: unknown): Test => {
  if (expected === null || expected === undefined) return value => value == null
  const numeric = toNumeric(expected)
  if (numeric !== undefined) return equalNumber(numeric)
  switch (typeCode(expected)) {
    case typeCodes.string:
      return value =>
        value === expected || (typeof value === 'object' && equalValues(value, expected))
    case typeCodes.bool:
      return value => value === expected
    case typeCodes.objectId:
      return value => value instanceof ObjectId && value.equals(expected as ObjectId)
    default:
      return value => equalValues(value, expected)
  }
}

export type RangeOperator = '$gt' | '$gte' | '$lt' | '$lte'

const never: Test = () => false

const accepts: Record<RangeOperator, (order: number) => boolean> = {
  $gt: order => order > 0,
  $gte: order => order >= 0,
  $lt: order => order < 0,
  $lte: order => order <= 0,
}

const inRangeOfNumber = (operator: RangeOperator, bound: Numeric): Test => {
  const accept = accepts[operator]
  const isInclusive = operator === '$gte' || operator === '$lte'
  if (Number.isNaN(bound)) return isInclusive ? equalNumber(bound) : never
  return value => {
    const numeric = toNumeric(value)
    return numeric !== undefined && !Number.isNaN(numeric) && accept(compareNumeric(numeric, bound))
  }
}

/**
 * `$gt`, `$gte`, `$lt`, `$lte`: only values of the bound's own type are compared; MinKey and MaxKey are
 * below and above everything; NaN is in no range but its own.
 */
export const inRange = (operator: RangeOperator, bound: unknown): Test => {
  const isInclusive = operator === '$gte' || operator === '$lte'
  if (bound === null || bound === undefined) return isInclusive ? value => value == null : never
  const numeric = toNumeric(bound)
  if (numeric !== undefined) return inRangeOfNumber(operator, numeric)
  const accept = accepts[operator]
  const code = typeCode(bound)
  if (code === typeCodes.minKey || code === typeCodes.maxKey)
    return value => accept(compareValues(value, bound))
  const rank = typeRank(bound)
  return value => typeRank(value) === rank && accept(compareValues(value, bound))
}

const contains = (sorted: readonly unknown[], value: unknown): boolean => {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const order = compareValues(value, sorted[middle])
    if (order === 0) return true
    if (order < 0) high = middle - 1
    else low = middle + 1
  }
  return false
}

/** True for values that equal one of the list; null in the list finds a missing field too. */
export const oneOf = (list: readonly unknown[]): Test => {
  const hasNull = list.some(item => item == null)
  const texts = new Set(list.filter(item => typeof item === 'string'))
  const others = list.filter(item => item != null && typeof item !== 'string')
  if (others.length === 0)
    return value => {
      if (value == null) return hasNull
      if (typeof value === 'string') return texts.has(value)
      return typeCode(value) === typeCodes.symbol && texts.has((value as { value: string }).value)
    }
  const sorted = list.filter(item => item != null).toSorted(compareValues)
  return value => (value == null ? hasNull : contains(sorted, value))
}
