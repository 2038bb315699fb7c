import type { Document } from 'bson'
import { compareValues } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { isNullish, typeMismatch } from '../expressions/scope.ts'
import { typeName } from '../type-name.ts'
import { valueKey } from '../value-key.ts'
import { type AccumulatorCompilers, overValues } from './accumulator.ts'

type Values = { add(value: unknown): void; result(): unknown }

/** The least (-1) or greatest (1) value that is neither null nor missing; null when there is none. */
export const openExtreme =
  (direction: 1 | -1): (() => Values) =>
  () => {
    let best: unknown
    return {
      add: value => {
        if (isNullish(value)) return
        if (best === undefined || compareValues(value, best) * direction > 0) best = value
      },
      result: () => (best === undefined ? null : best),
    }
  }

const openFirst = (): Values => {
  let first: { readonly value: unknown } | undefined
  return {
    add: value => {
      first ??= { value }
    },
    result: () => first?.value ?? null,
  }
}

const openLast = (): Values => {
  let last: unknown
  return {
    add: value => {
      last = value
    },
    result: () => last ?? null,
  }
}

const openList = (): Values => {
  const list: unknown[] = []
  return {
    add: value => {
      if (value !== undefined) list.push(value)
    },
    result: () => list,
  }
}

const openSet = (): Values => {
  const set = new Map<string, unknown>()
  return {
    add: value => {
      if (value === undefined) return
      const key = valueKey(value)
      if (!set.has(key)) set.set(key, value)
    },
    result: () => [...set.values()],
  }
}

const openMerge = (): Values => {
  let merged: Document = {}
  return {
    add: value => {
      if (isNullish(value)) return
      if (!isObject(value)) {
        throw typeMismatch(
          `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
        )
      }
      merged = { ...merged, ...value }
    },
    result: () => merged,
  }
}

export const valueAccumulators: AccumulatorCompilers = {
  $min: overValues(openExtreme(-1)),
  $max: overValues(openExtreme(1)),
  $first: overValues(openFirst),
  $last: overValues(openLast),
  $push: overValues(openList),
  $addToSet: overValues(openSet),
  $mergeObjects: overValues(openMerge),
}
