import { BSONValue, Decimal128, type Document, EJSON, Long } from 'bson'

export type Sameness = {
  /** The order of fields counts. */
  readonly ordered?: boolean
  /** A Long may be any number of the same value. */
  readonly looseLong?: boolean
}

const isFields = (value: unknown): value is Document =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof BSONValue) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array)

const numberTags = new Set(['Int32', 'Double', 'Long', 'Decimal128'])

const toNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  if (value instanceof BSONValue && numberTags.has(value._bsontype)) return Number(String(value))
  return undefined
}

const isSameFields = (got: Document, want: Document, how: Sameness): boolean => {
  const [gotNames, wantNames] = [Object.keys(got), Object.keys(want)]
  if (gotNames.length !== wantNames.length) return false
  if (how.ordered && gotNames.join('\0') !== wantNames.join('\0')) return false
  return wantNames.every(name => Object.hasOwn(got, name) && isSame(got[name], want[name], how))
}

/** True for the same BSON values. Numbers count by value, but where a Long or Decimal128 is wanted its type counts too. */
export const isSame = (got: unknown, want: unknown, how: Sameness = {}): boolean => {
  if (Array.isArray(want)) {
    return (
      Array.isArray(got) &&
      got.length === want.length &&
      want.every((value, at) => isSame(got[at], value, how))
    )
  }
  if (isFields(want)) return isFields(got) && isSameFields(got, want, how)
  if (want instanceof Decimal128) return got instanceof Decimal128 && String(got) === String(want)
  if (want instanceof Long && want._bsontype === 'Long' && !how.looseLong) {
    return got instanceof Long && got.equals(want)
  }
  const number = toNumber(want)
  if (number !== undefined) return Object.is(toNumber(got), number)
  return toText(got) === toText(want)
}

export const toText = (value: unknown): string =>
  value === undefined ? 'undefined' : EJSON.stringify(value, { relaxed: false })
