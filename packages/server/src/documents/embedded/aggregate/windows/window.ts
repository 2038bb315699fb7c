import type { Document } from 'bson'
import { isObject } from '../../values/types.ts'
import { badValue, failedToParse, type Scope } from '../expressions/scope.ts'
import { toDouble, toInteger, toNumeric } from '../numbers/number.ts'

/** One partition, sorted. */
export type Partition = {
  readonly documents: readonly Document[]
  readonly scopes: readonly Scope[]
  /** Compares two places by the sort: 0 for peers. */
  readonly compare: (a: number, b: number) => number
  /** The value that the one sort field has at a place, as a number (dates in milliseconds). */
  readonly sortValue: (at: number) => number
}

/** Which places belong to the window of a place: from, and up to but without. */
export type Window = (partition: Partition, at: number) => { from: number; to: number }

type Bound = 'unbounded' | 'current' | number

const units: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
}

/** Milliseconds of a unit of fixed length. @throws `FailedToParse` for months and longer. */
export const readUnit = (unit: unknown, name: string): number => {
  if (unit === undefined) return 1
  const milliseconds =
    typeof unit === 'string' && Object.hasOwn(units, unit) ? units[unit] : undefined
  if (milliseconds !== undefined) return milliseconds
  throw failedToParse(`${name}: unit '${String(unit)}' is not supported; units up to 'week' are`)
}

const readBound = (value: unknown): Bound => {
  if (value === 'unbounded' || value === 'current') return value
  const numeric = toNumeric(value)
  if (numeric !== undefined) return toDouble(numeric)
  throw failedToParse("Window bounds must be 'unbounded', 'current', or a number.")
}

const readBounds = (value: unknown): readonly [Bound, Bound] => {
  if (!Array.isArray(value) || value.length !== 2) {
    throw failedToParse('Window bounds must be a 2-element array')
  }
  return [readBound(value[0]), readBound(value[1])]
}

export const wholePartition: Window = ({ documents }) => ({ from: 0, to: documents.length })

/** Reads `{ documents: [...] }` or `{ range: [...], unit }`. */
export const readWindow = (value: unknown, { hasSort }: { hasSort: boolean }): Window => {
  if (value === undefined) return wholePartition
  if (!isObject(value)) throw failedToParse("'window' field must be an object")
  const { documents, range, unit } = value
  if (documents === undefined && range === undefined) return wholePartition
  if (documents !== undefined && range !== undefined) {
    throw failedToParse("Window bounds can specify either 'documents' or 'range', not both.")
  }
  const bounds = readBounds(documents ?? range)
  const isUnbounded = bounds.every(bound => bound === 'unbounded')
  if (!hasSort && !isUnbounded) {
    throw badValue('Bounded window requires a sortBy')
  }
  return documents === undefined
    ? rangeWindow(bounds, readUnit(unit, 'range'))
    : documentsWindow(bounds)
}

const documentsWindow = ([lower, upper]: readonly [Bound, Bound]): Window => {
  for (const bound of [lower, upper]) {
    if (typeof bound === 'number' && toInteger(bound) === undefined) {
      throw failedToParse('Numeric document-based bounds must be an integer')
    }
  }
  const place = (bound: Bound, at: number, open: number): number =>
    bound === 'unbounded' ? open : at + (bound === 'current' ? 0 : bound)
  return ({ documents }, at) => {
    const from = Math.max(0, place(lower, at, 0))
    const to = Math.min(documents.length, place(upper, at, documents.length - 1) + 1)
    return { from, to: Math.max(from, to) }
  }
}

const rangeWindow =
  ([lower, upper]: readonly [Bound, Bound], unit: number): Window =>
  (partition, at) => {
    const { documents, sortValue, compare } = partition
    const here = sortValue(at)
    const isIn = (place: number): boolean => {
      const value = sortValue(place)
      const above =
        lower === 'unbounded' ||
        (lower === 'current' ? compare(place, at) >= 0 : value >= here + lower * unit)
      const below =
        upper === 'unbounded' ||
        (upper === 'current' ? compare(place, at) <= 0 : value <= here + upper * unit)
      return above && below
    }
    let from = 0
    while (from < documents.length && !isIn(from)) from += 1
    let to = from
    while (to < documents.length && isIn(to)) to += 1
    return { from, to }
  }
