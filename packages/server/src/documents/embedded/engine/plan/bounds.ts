import { encodeKey, encodeTextPrefix } from '../../values/key.ts'
import type { IndexEntry } from '../catalog.ts'
import type { Condition, RangeOperator } from './conditions.ts'

/** Keys from `low` (inclusive) to `high` (exclusive; open when absent), in the order of bytes. */
export type KeyRange = { readonly low: Uint8Array; readonly high: Uint8Array | undefined }

export type Bounds = {
  readonly ranges: readonly KeyRange[]
  /** How many leading fields are fixed to listed values. */
  readonly equalFields: number
  /** True when those values are one combination, so that the rest of the key decides the order. */
  readonly isOnePrefix: boolean
  readonly hasRange: boolean
}

const maxCombinations = 1_000
const empty = new Uint8Array(0)

const concat = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  const joined = new Uint8Array(left.length + right.length)
  joined.set(left)
  joined.set(right, left.length)
  return joined
}

/** The first key after every key that starts with `prefix`; nothing when there is none. */
export const afterPrefix = (prefix: Uint8Array): Uint8Array | undefined => {
  for (let length = prefix.length; length > 0; length -= 1) {
    const last = prefix[length - 1] ?? 0xff
    if (last === 0xff) continue
    const next = prefix.slice(0, length)
    next[length - 1] = last + 1
    return next
  }
  return undefined
}

const prefixRange = (prefix: Uint8Array): KeyRange => ({
  low: prefix,
  high: prefix.length === 0 ? undefined : afterPrefix(prefix),
})

const compareBytes = (left: Uint8Array, right: Uint8Array): number => Buffer.compare(left, right)

const distinctSorted = (keys: readonly Uint8Array[]): Uint8Array[] =>
  keys
    .toSorted(compareBytes)
    .filter((key, index, all) => index === 0 || compareBytes(key, all[index - 1] ?? empty) !== 0)

/**
 * One comparison as keys. The first byte of a value's key is its type's, so that a comparison stays among
 * values of its type, as MongoDB's do. A descending field turns the order of bytes round.
 */
const comparisonRange = (
  operator: RangeOperator,
  value: unknown,
  direction: 1 | -1,
): { low: Uint8Array; high: Uint8Array | undefined } => {
  const key = encodeKey([value], [direction])
  const type = key.slice(0, 1)
  const isUp = (operator === '$gt' || operator === '$gte') === (direction === 1)
  const isInclusive = operator === '$gte' || operator === '$lte'
  if (isUp) {
    return { low: isInclusive ? key : (afterPrefix(key) ?? key), high: afterPrefix(type) }
  }
  return { low: type, high: isInclusive ? afterPrefix(key) : key }
}

const intersect = (left: KeyRange, right: KeyRange): KeyRange => ({
  low: compareBytes(left.low, right.low) >= 0 ? left.low : right.low,
  high:
    left.high === undefined || (right.high !== undefined && compareBytes(right.high, left.high) < 0)
      ? right.high
      : left.high,
})

const prefixRanges = (
  { text, pattern }: Extract<Condition, { kind: 'prefix' }>,
  direction: 1 | -1,
): KeyRange[] =>
  [encodeTextPrefix(text, direction), encodeKey([pattern], [direction])]
    .toSorted(compareBytes)
    .map(prefixRange)

/** What comparisons leave of one field, in the order of keys; nothing when there are none. */
const rangesOf = (
  conditions: readonly Condition[],
  direction: 1 | -1,
  multikey: boolean,
): readonly KeyRange[] => {
  const prefix = conditions.find(condition => condition.kind === 'prefix')
  if (prefix !== undefined) return prefixRanges(prefix, direction)
  const [first, ...others] = conditions.flatMap(condition =>
    condition.kind === 'range'
      ? [comparisonRange(condition.operator, condition.value, direction)]
      : [],
  )
  if (first === undefined) return []
  return [multikey ? first : others.reduce(intersect, first)]
}

const joinRanges = (prefixes: readonly Uint8Array[], own: readonly KeyRange[]): KeyRange[] =>
  prefixes.flatMap(prefix =>
    own.map(({ low, high }) => ({
      low: concat(prefix, low),
      high: high === undefined ? afterPrefix(prefix) : concat(prefix, high),
    })),
  )

const firstStep = (field: string): string => field.split('.', 1)[0] ?? field

const hasPosition = (field: string): boolean => /(^|\.)\d+(\.|$)/.test(field)

/** Two fields below one array may be met by different elements, whose keys stand apart. */
const sharesArray = (index: IndexEntry, position: number): boolean => {
  const field = index.fields[position] ?? ''
  const step = firstStep(field)
  return (
    index.multikey && index.fields.slice(0, position).some(before => firstStep(before) === step)
  )
}

const usableConditions = (
  index: IndexEntry,
  position: number,
  conditions: ReadonlyMap<string, readonly Condition[]>,
): readonly Condition[] => {
  const field = index.fields[position] ?? ''
  if (hasPosition(field) || sharesArray(index, position)) return []
  return conditions.get(field) ?? []
}

/** Where in the index every document lies that can match. */
export const boundsOf = (
  index: IndexEntry,
  conditions: ReadonlyMap<string, readonly Condition[]>,
): Bounds => {
  let prefixes: Uint8Array[] = [empty]
  let position = 0
  for (; position < index.fields.length; position += 1) {
    const usable = usableConditions(index, position, conditions)
    const equal = usable.find(condition => condition.kind === 'equal')
    const direction = index.key[index.fields[position] ?? ''] ?? 1
    if (equal === undefined) {
      const own = rangesOf(usable, direction, index.multikey)
      return {
        ranges: own.length === 0 ? prefixes.map(prefixRange) : joinRanges(prefixes, own),
        equalFields: position,
        isOnePrefix: prefixes.length === 1,
        hasRange: own.length > 0,
      }
    }
    const values = distinctSorted(equal.values.map(value => encodeKey([value], [direction])))
    if (prefixes.length * values.length > maxCombinations) break
    prefixes = prefixes.flatMap(prefix => values.map(value => concat(prefix, value)))
  }
  return {
    ranges: prefixes.map(prefixRange),
    equalFields: position,
    isOnePrefix: prefixes.length === 1,
    hasRange: false,
  }
}
