import type { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId } from 'bson'

/** A document of a collection. */
export type Document<IdType = unknown> = {
  /** Unique in the collection. */
  _id: IdType
}

/** A document of which nothing is said. */
export type AnyDocument = Document & Record<string, unknown>

/** The type of the documents' `_id`; an `ObjectId` when `T` does not say. */
export type IdOf<T> = T extends { _id: infer IdType } ? IdType : ObjectId

/** A document as it comes from a collection. */
export type WithId<T> = T & { _id: IdOf<T> }

/** A document to insert: without `_id` the server makes one. */
export type NewDocument<T extends object> = Omit<T, '_id'> & { _id?: IdOf<T> }

type NumberLike = number | bigint | Int32 | Long | Double | Decimal128

/** What a condition may be compared with: classes of numbers and of bytes are of one kind. */
type Comparable<V> = V extends NumberLike
  ? NumberLike
  : V extends Uint8Array | Binary
    ? V | Binary
    : V

/** A list meets a condition when one of its elements does. */
type Matched<V> = V extends readonly (infer Element)[] ? V | Element : V

type Value<V> = Comparable<Matched<V>> | null

/** Operators on one field. The server knows more of them, and says which it does not. */
export type FilterOperators<V> = {
  $eq?: Value<V>
  $ne?: Value<V>
  $gt?: Value<V>
  $gte?: Value<V>
  $lt?: Value<V>
  $lte?: Value<V>
  $in?: readonly (Value<V> | RegExp | BSONRegExp)[]
  $nin?: readonly (Value<V> | RegExp | BSONRegExp)[]
  $exists?: boolean
  $size?: number
  [operator: `$${string}`]: unknown
}

/** What a field has to be. */
export type Condition<V> = Value<V> | FilterOperators<V> | RegExp | BSONRegExp

/**
 * Which documents are meant. Fields that `T` has are checked; dotted paths and fields that it does not have may be
 * anything.
 */
export type Filter<T = unknown> = unknown extends T
  ? Record<string, unknown>
  : { [Field in keyof WithId<T>]?: Condition<WithId<T>[Field]> } & {
      $and?: readonly Filter<T>[]
      $or?: readonly Filter<T>[]
      $nor?: readonly Filter<T>[]
      [path: string]: unknown
    }

type Changed<T> = Partial<T> & { [path: string]: unknown }

/**
 * How documents are changed: by operators, or by a whole document that replaces each. Fields that `T` has are checked
 * in `$set`, `$setOnInsert` and the whole document.
 */
export type Update<T = unknown> = unknown extends T
  ? Record<string, unknown>
  : Partial<T> & {
      $set?: Changed<T>
      $setOnInsert?: Changed<T>
      $unset?: { [Field in keyof T]?: unknown } & { [path: string]: unknown }
      $inc?: { [path: string]: NumberLike }
      $mul?: { [path: string]: NumberLike }
      [path: string]: unknown
    }

/** One stage of an aggregation. */
export type AggregatePipelineStage = Record<string, unknown>

/** Of a read that gives one document. */
export type FindOneOptions = {
  /** Fields to give, or to leave out: `{ name: 1 }`, `{ picture: 0 }`. */
  readonly projection?: Record<string, unknown>
  /** `{ name: 1 }` from A to Z, `{ name: -1 }` from Z to A. */
  readonly sort?: Record<string, unknown>
}

/** Of a read that gives many documents. */
export type FindOptions = FindOneOptions & {
  /** Most documents to give. The server gives 50,000 at most. */
  readonly limit?: number
}

/** Of a change that gives one document. */
export type FindOneAndModifyOptions = FindOneOptions & {
  /** `true` inserts a document when none is found. Default `false`. */
  readonly upsert?: boolean
  /** `true` gives the document as it is after the change. Default `false`. */
  readonly returnNewDocument?: boolean
}

/** Of a count. */
export type CountOptions = {
  /** Where counting stops. */
  readonly limit?: number
}

/** Of a change. */
export type UpdateOptions = {
  /** `true` inserts a document when none is found. Default `false`. */
  readonly upsert?: boolean
  /** Which elements `$[name]` in the update stands for. */
  readonly arrayFilters?: Filter[]
}

export type InsertOneResult<IdType> = { readonly insertedId: IdType }

/** Ids in the order of the documents. */
export type InsertManyResult<IdType> = { readonly insertedIds: IdType[] }

export type DeleteResult = { readonly deletedCount: number }

export type UpdateResult<IdType> = {
  readonly matchedCount: number
  readonly modifiedCount: number
  /** Absent unless a document was inserted. */
  readonly upsertedId?: IdType
}
