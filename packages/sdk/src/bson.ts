import { createRequire } from 'node:module'
import type * as bson from 'bson'

type Loaded = {
  readonly library: typeof bson
  readonly fromEjson: (value: unknown) => unknown
}

let loaded: Loaded | undefined

/** Node before 20.19 cannot load our reader at once, and gets `bson`'s own. */
const load = (): Loaded => {
  const require = createRequire(import.meta.url)
  try {
    return require('@regent/protocol/bson')
  } catch {
    const library: typeof bson = require('bson')
    return { library, fromEjson: value => library.EJSON.deserialize(value as bson.Document) }
  }
}

const open = (): Loaded => {
  loaded ??= load()
  return loaded
}

const isWrapped = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, inner]) => key.startsWith('$') || isWrapped(inner))

/**
 * BSON values of a parsed JSON value that holds extended JSON of either dialect: numbers as JS numbers where
 * they fit, a `Long` beyond 2^53.
 *
 * @throws Error for a wrapper with a value that cannot be
 */
export const fromExtendedJson = (value: unknown): unknown =>
  isWrapped(value) ? open().fromEjson(value) : value

/** The library of `realm` 12 still knew the name before this one. */
const newName = (name: string | symbol): string | symbol =>
  name === 'ObjectID' ? 'ObjectId' : name

/**
 * The `bson` library whose classes the values of functions, credentials and custom data are of. It is loaded
 * when something of it is used, because that takes longer than all the rest of the SDK.
 */
export const BSON: typeof bson & { readonly ObjectID: typeof bson.ObjectId } = new Proxy(
  {} as typeof BSON,
  {
    get: (_target, name) => Reflect.get(open().library, newName(name)),
    has: (_target, name) => Reflect.has(open().library, newName(name)),
    ownKeys: () => Reflect.ownKeys(open().library).filter(name => typeof name === 'string'),
    getOwnPropertyDescriptor: (_target, name) => {
      const value: unknown = Reflect.get(open().library, name)
      return value === undefined ? undefined : { value, enumerable: true, configurable: true }
    },
  },
)

/** `BSON.ObjectId` as a type, for `BSON` is no module here. */
export declare namespace BSON {
  export type Binary = bson.Binary
  export type BSONError = bson.BSONError
  export type BSONRegExp = bson.BSONRegExp
  export type BSONSymbol = bson.BSONSymbol
  export type Code = bson.Code
  export type DBRef = bson.DBRef
  export type Decimal128 = bson.Decimal128
  export type Document = bson.Document
  export type Double = bson.Double
  export type Int32 = bson.Int32
  export type Long = bson.Long
  export type MaxKey = bson.MaxKey
  export type MinKey = bson.MinKey
  export type ObjectId = bson.ObjectId
  export type ObjectID = bson.ObjectId
  export type Timestamp = bson.Timestamp
  export type UUID = bson.UUID
}
