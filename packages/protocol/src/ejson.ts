import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson'
import { JsonError, type JsonLimits, parseJson } from './json.ts'

export type EjsonOptions = {
  /**
   * `true` (default): numbers as JS numbers where they fit, a `Long` beyond 2^53.
   * `false`: `Int32`, `Long` and `Double` objects, so that 1 and 1.0 can be told apart.
   */
  readonly promoteValues?: boolean
}

type Plain = Readonly<Record<string, unknown>>
type Decoder = (value: unknown, wrapper: Plain, promote: boolean) => unknown

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const refuse = (key: string): never => {
  throw new JsonError(`malformed extended JSON: '${key}'`)
}

const text = (value: unknown, key: string, pattern: RegExp): string =>
  typeof value === 'string' && pattern.test(value) ? value : refuse(key)

const toInt32 = (value: unknown, promote: boolean): unknown => {
  const number = Number(text(value, '$numberInt', /^-?\d{1,10}$/))
  if (number < -0x80000000 || number > 0x7fffffff) refuse('$numberInt')
  return promote ? number : new Int32(number)
}

const toLong = (value: unknown, key: string, promote: boolean): unknown => {
  const big = BigInt(text(value, key, /^-?\d{1,19}$/))
  if (BigInt.asIntN(64, big) !== big) refuse(key)
  const isSafe = big >= -9007199254740991n && big <= 9007199254740991n
  return promote && isSafe ? Number(big) : Long.fromBigInt(big)
}

const toDouble = (value: unknown, promote: boolean): unknown => {
  const pattern = /^(?:-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/
  const number = Number(text(value, '$numberDouble', pattern))
  return promote ? number : new Double(number)
}

const toDate = (value: unknown): Date => {
  const millis = isPlain(value)
    ? toLong(value.$numberLong, '$date', true)
    : typeof value === 'string'
      ? Date.parse(value)
      : value
  const date = typeof millis === 'number' ? new Date(millis) : undefined
  return date && !Number.isNaN(date.getTime()) ? date : refuse('$date')
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/

const uuidBytes = 16

const toBinary = (value: unknown): Binary => {
  if (!isPlain(value)) return refuse('$binary')
  const bytes = Buffer.from(text(value.base64, '$binary', base64), 'base64')
  const subType = Number.parseInt(text(value.subType, '$binary', /^[0-9a-fA-F]{1,2}$/), 16)
  const isUuid = subType === Binary.SUBTYPE_UUID && bytes.length === uuidBytes
  return isUuid ? new UUID(bytes) : new Binary(bytes, subType)
}

const toUuid = (value: unknown): UUID => {
  const hex = text(value, '$uuid', /^[0-9a-fA-F-]{32,36}$/).replaceAll('-', '')
  return hex.length === 32 ? new UUID(Buffer.from(hex, 'hex')) : refuse('$uuid')
}

/** As MongoDB has it. JavaScript takes gigabytes of memory to read a pattern of megabytes. */
const maxPatternBytes = 32_764

const toRegExp = (value: unknown): BSONRegExp => {
  if (!isPlain(value) || typeof value.pattern !== 'string') return refuse('$regularExpression')
  const options = text(value.options ?? '', '$regularExpression', /^[a-z]*$/)
  const isTooLong = Buffer.byteLength(value.pattern) > maxPatternBytes
  if (isTooLong || value.pattern.includes('\0')) refuse('$regularExpression')
  return new BSONRegExp(value.pattern, options)
}

const toTimestamp = (value: unknown): Timestamp => {
  const isUint32 = (part: unknown): part is number =>
    Number.isInteger(part) && (part as number) >= 0 && (part as number) <= 0xffffffff
  if (!isPlain(value) || !isUint32(value.t) || !isUint32(value.i)) return refuse('$timestamp')
  return new Timestamp({ t: value.t, i: value.i })
}

const toDecimal = (value: unknown): Decimal128 => {
  try {
    return Decimal128.fromString(text(value, '$numberDecimal', /^.{1,64}$/))
  } catch {
    return refuse('$numberDecimal')
  }
}

const toCode = (value: unknown, wrapper: Plain): unknown => {
  if (typeof value !== 'string') return refuse('$code')
  const scope = wrapper.$scope
  if (scope === undefined) return new Code(value)
  return isPlain(scope) ? new Code(value, fromEjson(scope) as Plain) : refuse('$scope')
}

/** Wrappers of extended JSON, with the number of keys each one has. */
const decoders: Readonly<Record<string, Decoder | undefined>> = Object.assign(Object.create(null), {
  $oid: (value: unknown) => new ObjectId(text(value, '$oid', /^[0-9a-fA-F]{24}$/)),
  $numberInt: (value: unknown, _wrapper: Plain, promote: boolean) => toInt32(value, promote),
  $numberLong: (value: unknown, _wrapper: Plain, promote: boolean) =>
    toLong(value, '$numberLong', promote),
  $numberDouble: (value: unknown, _wrapper: Plain, promote: boolean) => toDouble(value, promote),
  $numberDecimal: toDecimal,
  $date: toDate,
  $binary: toBinary,
  $uuid: toUuid,
  $regularExpression: toRegExp,
  $timestamp: toTimestamp,
  $symbol: (value: unknown) => new BSONSymbol(text(value, '$symbol', /^/)),
  $code: toCode,
  $minKey: () => new MinKey(),
  $maxKey: () => new MaxKey(),
  $undefined: () => null,
} satisfies Record<string, Decoder>)

const decoded = (object: Plain, keys: readonly string[], promote: boolean): unknown => {
  const key = keys[0] as string
  const decode = decoders[key]
  if (!decode) return undefined
  const isWrapper =
    keys.length === 1 || (keys.length === 2 && key === '$code' && '$scope' in object)
  return isWrapper ? decode(object[key], object, promote) : undefined
}

const fromNumber = (number: number): unknown => {
  if (!Number.isInteger(number) || Object.is(number, -0)) return new Double(number)
  if (Math.abs(number) <= 0x7fffffff || number === -0x80000000) return new Int32(number)
  return Number.isSafeInteger(number) ? Long.fromNumber(number) : new Double(number)
}

/**
 * BSON values of a parsed JSON value that holds canonical or relaxed extended JSON, even mixed. Its depth
 * must be bounded already (`parseEjson` does that).
 *
 * @throws JsonError for a wrapper with a value that cannot be.
 * @see client-protocol of the Realm SDKs: realm-web sends canonical, `realm` relaxed.
 */
export const fromEjson = (value: unknown, options: EjsonOptions = {}): unknown => {
  const promote = options.promoteValues ?? true
  const walk = (inner: unknown): unknown => {
    if (typeof inner === 'number') return promote ? inner : fromNumber(inner)
    if (Array.isArray(inner)) return inner.map(walk)
    if (!isPlain(inner)) return inner
    const keys = Object.keys(inner)
    if (keys[0]?.startsWith('$')) {
      const found = decoded(inner, keys, promote)
      if (found !== undefined) return found
    }
    return Object.fromEntries(keys.map(key => [key, walk(inner[key])]))
  }
  return walk(value)
}

/** @throws JsonError for what is no extended JSON, or goes beyond the limits. */
export const parseEjson = (source: string, options: EjsonOptions & JsonLimits = {}): unknown =>
  fromEjson(parseJson(source, options), options)
