import { Int32 } from 'bson'
import { equalValues } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { toInteger } from '../numbers/number.ts'
import { typeName } from '../type-name.ts'
import { checkElements } from './growth.ts'
import {
  badValue,
  binary,
  type Expression,
  isNullish,
  type Operators,
  readArguments,
  typeMismatch,
  unary,
  variadic,
} from './scope.ts'

const requireArray = (value: unknown, name: string): readonly unknown[] => {
  if (Array.isArray(value)) return value
  throw typeMismatch(
    `The argument to ${name} must be an array, but was of type: ${typeName(value)}`,
  )
}

export const requireWhole = (value: unknown, what: string): number => {
  const whole = toInteger(value)
  if (whole !== undefined && whole >= -(2n ** 31n) && whole < 2n ** 31n) return Number(whole)
  throw typeMismatch(
    `${what} must be representable as a 32-bit integer, but is a ${typeName(value)}`,
  )
}

const elementAt = (list: unknown, index: unknown, name: string): unknown => {
  if (isNullish(list) || isNullish(index)) return null
  if (!Array.isArray(list)) {
    throw typeMismatch(`${name}'s first argument must be an array, but is ${typeName(list)}`)
  }
  return list.at(requireWhole(index, `${name}'s second argument`))
}

const concat = (values: readonly unknown[], name: string): unknown => {
  if (values.some(isNullish)) return null
  let elements = 0
  for (const value of values) {
    if (!Array.isArray(value)) {
      throw typeMismatch(`${name} only supports arrays, not ${typeName(value)}`)
    }
    elements += value.length
  }
  checkElements(elements, name)
  return values.flat()
}

const slice = (list: unknown, first: unknown, count: unknown, three: boolean): unknown => {
  if (isNullish(list) || isNullish(first) || (three && isNullish(count))) return null
  if (!Array.isArray(list)) {
    throw typeMismatch(
      `First argument to $slice must be an array, but is of type: ${typeName(list)}`,
    )
  }
  const start = requireWhole(first, 'Second argument to $slice')
  if (!three) return start < 0 ? list.slice(start) : list.slice(0, start)
  const length = requireWhole(count, 'Third argument to $slice')
  if (length <= 0) throw badValue(`Third argument to $slice must be positive: ${length}`)
  const from = start < 0 ? Math.max(0, list.length + start) : start
  return list.slice(from, from + length)
}

const range = (values: readonly unknown[]): unknown => {
  const [start, end, step] = values.map((value, at) =>
    requireWhole(value, `$range's ${['starting', 'ending', 'step'][at]} value`),
  ) as [number, number, number | undefined]
  const by = step ?? 1
  if (by === 0) throw badValue('$range requires a non-zero step value')
  const length = Math.max(0, Math.ceil((end - start) / by))
  if (length > 1_000_000) throw badValue('$range would make an array of more than 1000000 elements')
  return Array.from({ length }, (_, at) => new Int32(start + at * by))
}

const indexOf = (values: readonly unknown[]): unknown => {
  const [list, wanted, start, end] = values
  if (isNullish(list)) return null
  if (!Array.isArray(list)) {
    throw typeMismatch(
      `$indexOfArray requires an array as a first argument, found: ${typeName(list)}`,
    )
  }
  const from = values.length > 2 ? requireBound(start, 'starting') : 0
  const to = values.length > 3 ? requireBound(end, 'ending') : list.length
  for (let at = from; at < Math.min(to, list.length); at += 1) {
    if (equalValues(list[at], wanted)) return new Int32(at)
  }
  return new Int32(-1)
}

/** The start or end of a search. */
export const requireBound = (value: unknown, what: string): number => {
  const bound = requireWhole(value, `the ${what} index`)
  if (bound < 0) throw badValue(`the ${what} index must be non-negative, but is ${bound}`)
  return bound
}

const toEntry = (item: unknown): [string, unknown] => {
  if (Array.isArray(item) && item.length === 2 && typeof item[0] === 'string') {
    return [item[0], item[1]]
  }
  if (isObject(item) && typeof item.k === 'string' && Object.hasOwn(item, 'v')) {
    return [item.k, item.v]
  }
  throw badValue(
    '$arrayToObject requires an array of [key, value] pairs, or of documents with exactly the fields k (a string) and v',
  )
}

export const arrays: Operators = {
  $size: unary((value, name) => new Int32(requireArray(value, name).length)),
  $arrayElemAt: binary(elementAt),
  $first: unary((value, name) => (isNullish(value) ? null : requireArray(value, name)[0])),
  $last: unary((value, name) => (isNullish(value) ? null : requireArray(value, name).at(-1))),
  $concatArrays: variadic(concat),
  $isArray: unary(value => Array.isArray(value)),
  $in: binary((value, list) => {
    if (Array.isArray(list)) return list.some(element => equalValues(element, value))
    throw typeMismatch(`$in requires an array as a second argument, found: ${typeName(list)}`)
  }),
  $reverseArray: unary((value, name) =>
    isNullish(value) ? null : [...requireArray(value, name)].reverse(),
  ),
  $slice: (operand, compile, name) => {
    const [list, first, count] = readArguments(operand, compile, { name, least: 2, most: 3 }) as [
      Expression,
      Expression,
      Expression | undefined,
    ]
    return scope => slice(list(scope), first(scope), count?.(scope), count !== undefined)
  },
  $range: (operand, compile, name) => {
    const list = readArguments(operand, compile, { name, least: 2, most: 3 })
    return scope => range(list.map(argument => argument(scope)))
  },
  $indexOfArray: (operand, compile, name) => {
    const list = readArguments(operand, compile, { name, least: 2, most: 4 })
    return scope => indexOf(list.map(argument => argument(scope)))
  },
  $arrayToObject: unary((value, name) =>
    isNullish(value) ? null : Object.fromEntries(requireArray(value, name).map(toEntry)),
  ),
  $objectToArray: unary((value, name) => {
    if (isNullish(value)) return null
    if (isObject(value)) return Object.entries(value).map(([k, v]) => ({ k, v }))
    throw typeMismatch(`${name} requires a document input, found: ${typeName(value)}`)
  }),
}
