import { Binary, BSONValue, Decimal128, type Document, Double, Int32, Long, ObjectId } from 'bson'
import { DocumentsError } from '../../error.ts'

/** BSON's own type numbers. */
export const typeCodes = {
  minKey: -1,
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  maxKey: 127,
} as const

export type TypeName = keyof typeof typeCodes
export type TypeCode = (typeof typeCodes)[TypeName]

const names = new Map<number, TypeName>()
for (const [name, code] of Object.entries(typeCodes)) names.set(code, name as TypeName)

const codeOfTag: Record<BSONValue['_bsontype'], TypeCode> = {
  MinKey: typeCodes.minKey,
  Double: typeCodes.double,
  Binary: typeCodes.binData,
  ObjectId: typeCodes.objectId,
  BSONRegExp: typeCodes.regex,
  BSONSymbol: typeCodes.symbol,
  Code: typeCodes.javascript,
  DBRef: typeCodes.object,
  Int32: typeCodes.int,
  Timestamp: typeCodes.timestamp,
  Long: typeCodes.long,
  Decimal128: typeCodes.decimal,
  MaxKey: typeCodes.maxKey,
}

/**
 * The BSON type of a value, wrapped or plain.
 *
 * @throws `BadValue` for what BSON cannot hold (a function, a JavaScript symbol).
 */
export const typeCode = (value: unknown): TypeCode => {
  switch (typeof value) {
    case 'string':
      return typeCodes.string
    case 'number':
      return value === (value | 0) && !Object.is(value, -0) ? typeCodes.int : typeCodes.double
    case 'boolean':
      return typeCodes.bool
    case 'undefined':
      return typeCodes.undefined
    case 'bigint':
      return typeCodes.long
    case 'object':
      return value === null ? typeCodes.null : objectTypeCode(value)
    default:
      throw new DocumentsError('BadValue', `a ${typeof value} cannot be stored`)
  }
}

/** Most values are told by their prototype alone; subclasses and code with a scope take the longer way. */
const codeOfPrototype = new Map<object, TypeCode>([
  [Object.prototype, typeCodes.object],
  [Array.prototype, typeCodes.array],
  [Int32.prototype, typeCodes.int],
  [Double.prototype, typeCodes.double],
  [Long.prototype, typeCodes.long],
  [Decimal128.prototype, typeCodes.decimal],
  [ObjectId.prototype, typeCodes.objectId],
  [Date.prototype, typeCodes.date],
  [Binary.prototype, typeCodes.binData],
  [Buffer.prototype, typeCodes.binData],
  [Uint8Array.prototype, typeCodes.binData],
])

const objectTypeCode = (value: object): TypeCode => {
  const known = codeOfPrototype.get(Object.getPrototypeOf(value))
  if (known !== undefined) return known
  if (Array.isArray(value)) return typeCodes.array
  if (value instanceof BSONValue) {
    const tag = value._bsontype
    if (tag === 'Code' && (value as { scope?: unknown }).scope != null)
      return typeCodes.javascriptWithScope
    return codeOfTag[tag]
  }
  if (value instanceof Date) return typeCodes.date
  if (value instanceof Uint8Array) return typeCodes.binData
  if (value instanceof RegExp) return typeCodes.regex
  return typeCodes.object
}

/** MongoDB's alias of a value's type, as `$type` names it; `undefined` also for a missing one. */
export const typeName = (value: unknown): TypeName => names.get(typeCode(value)) as TypeName

/** The alias of a type number, for messages. */
export const typeNameOf = (code: number): TypeName | undefined => names.get(code)

const ranks = new Map<TypeCode, number>([
  [typeCodes.minKey, -1],
  [typeCodes.undefined, 0],
  [typeCodes.null, 5],
  [typeCodes.double, 10],
  [typeCodes.int, 10],
  [typeCodes.long, 10],
  [typeCodes.decimal, 10],
  [typeCodes.string, 15],
  [typeCodes.symbol, 15],
  [typeCodes.object, 20],
  [typeCodes.array, 25],
  [typeCodes.binData, 30],
  [typeCodes.objectId, 35],
  [typeCodes.bool, 40],
  [typeCodes.date, 45],
  [typeCodes.timestamp, 47],
  [typeCodes.regex, 50],
  [typeCodes.dbPointer, 55],
  [typeCodes.javascript, 60],
  [typeCodes.javascriptWithScope, 65],
  [typeCodes.maxKey, 127],
])

const rankTable = new Int8Array(129)
for (const [code, rank] of ranks) rankTable[code + 1] = rank

/** Place of a type in MongoDB's order across types; all numbers share one, as do string and symbol. */
export const typeRank = (value: unknown): number => rankTable[typeCode(value) + 1] as number

/** The rank of a type number. */
export const rankOf = (code: TypeCode): number => rankTable[code + 1] as number

/** True for an embedded document: not an array, not a BSON value. */
export const isObject = (value: unknown): value is Document => {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return true
  if (prototype === Array.prototype) return false
  return objectTypeCode(value) === typeCodes.object
}
