import type {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  Timestamp,
} from 'bson'

type Wrapper = Readonly<Record<string, unknown>>

const fromDouble = (number: number): Wrapper => ({
  $numberDouble: Number.isInteger(number)
    ? Object.is(number, -0)
      ? '-0.0'
      : fixed(number)
    : String(number),
})

const fixed = (number: number): string => {
  const text = String(number)
  return text.includes('e') ? text : `${text}.0`
}

const fromNumber = (number: number): Wrapper => {
  if (!Number.isInteger(number) || Object.is(number, -0)) return fromDouble(number)
  if (number >= -0x80000000 && number <= 0x7fffffff) return { $numberInt: String(number) }
  return Number.isSafeInteger(number) ? { $numberLong: String(number) } : fromDouble(number)
}

const fromBytes = (bytes: Uint8Array, subType: number): Wrapper => ({
  $binary: {
    base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    subType: subType.toString(16).padStart(2, '0'),
  },
})

const sorted = (flags: string): string => [...flags].sort().join('')

/** One writer per BSON class, by `_bsontype`, so that objects of another copy of `bson` are known too. */
const writers: Readonly<Record<string, ((value: never) => unknown) | undefined>> = {
  ObjectId: (value: ObjectId) => ({ $oid: value.toHexString() }),
  Int32: (value: Int32) => ({ $numberInt: String(value.value) }),
  Double: (value: Double) => fromDouble(value.value),
  Long: (value: Long) => ({ $numberLong: value.toString() }),
  Decimal128: (value: Decimal128) => ({ $numberDecimal: value.toString() }),
  Binary: (value: Binary) => fromBytes(value.buffer.subarray(0, value.position), value.sub_type),
  UUID: (value: Binary) => fromBytes(value.buffer.subarray(0, value.position), value.sub_type),
  BSONRegExp: (value: BSONRegExp) => ({
    $regularExpression: { pattern: value.pattern, options: sorted(value.options) },
  }),
  Timestamp: (value: Timestamp) => ({ $timestamp: { t: value.t, i: value.i } }),
  BSONSymbol: (value: BSONSymbol) => ({ $symbol: value.value }),
  Code: (value: Code) =>
    value.scope
      ? { $code: String(value.code), $scope: toEjson(value.scope) }
      : { $code: String(value.code) },
  MinKey: () => ({ $minKey: 1 }),
  MaxKey: () => ({ $maxKey: 1 }),
}

export type EjsonWriteOptions = {
  /** `true` writes `undefined` in an object as `null`: a filter must not lose a condition. Default `false`. */
  readonly keepUndefined?: boolean
}

const byDefault: EjsonWriteOptions = {}

const isKept = (value: unknown, { keepUndefined }: EjsonWriteOptions): boolean =>
  value === undefined ? keepUndefined === true : typeof value !== 'function'

const fromObject = (value: object, options: EjsonWriteOptions): unknown => {
  if (Array.isArray(value)) return value.map(item => toEjson(item, options))
  if (value instanceof Date) return { $date: { $numberLong: String(value.getTime()) } }
  if (value instanceof RegExp) {
    const flags = sorted(value.flags.replace(/[dgvy]/g, ''))
    return { $regularExpression: { pattern: value.source, options: flags } }
  }
  if (value instanceof Uint8Array) return fromBytes(value, 0)
  const isWrapped = '_bsontype' in value && !Object.hasOwn(value, '_bsontype')
  const write = isWrapped ? writers[String(value._bsontype)] : undefined
  if (write) return write(value as never)
  const entries = Object.entries(value).filter(([, inner]) => isKept(inner, options))
  return Object.fromEntries(entries.map(([key, inner]) => [key, toEjson(inner, options)]))
}

/**
 * Canonical extended JSON of a BSON value, ready for `JSON.stringify`. `undefined` and functions are left
 * out of objects and become `null` in arrays.
 *
 * @see the readers of shipped SDKs, which all read canonical and do not all read relaxed
 */
export const toEjson = (value: unknown, options: EjsonWriteOptions = byDefault): unknown => {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value === 'bigint') return { $numberLong: String(BigInt.asIntN(64, value)) }
  if (typeof value === 'object' && value !== null) return fromObject(value, options)
  return isKept(value, byDefault) ? value : null
}

export const stringifyEjson = (value: unknown): string => JSON.stringify(toEjson(value))
