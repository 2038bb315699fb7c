import type { Document } from 'bson'

/** A filter, update, pipeline or projection in MongoDB's own language; values are BSON values. */
export type Filter = Document
export type Update = Document | readonly Document[]
export type Sort = Readonly<Record<string, 1 | -1>>

/** How much one read may cost before it is ended with `DocumentsError` code 50 (`MaxTimeMSExpired`) or 292. */
export type ReadLimits = {
  /** Milliseconds of wall-clock time. Default 10,000. */
  readonly maxTimeMs?: number
  /**
   * Documents looked at, matching or not. Default unlimited for the server's own reads. A MongoDB server counts
   * nothing of the kind: there the time is the only limit of what a read looks at.
   */
  readonly maxExamined?: number
  /** Bytes of documents handed out together. Default unlimited; more ends the read with code 292. */
  readonly maxResultBytes?: number
  /** Told how many bytes of documents are handed out, before they are. */
  readonly onBytes?: (bytes: number) => void
  /**
   * For whom is read: on the embedded engine, whose readers are few, reads of one take turns with those of others. Default
   * the server itself.
   */
  readonly owner?: string
}

export type FindOptions = ReadLimits & {
  readonly projection?: Document
  readonly sort?: Sort
  readonly skip?: number
  /** 0 or absent means no limit. */
  readonly limit?: number
  /** Name or key pattern of the index that must be used; an error when there is none of that name. */
  readonly hint?: string
}

export type UpdateOptions = {
  readonly upsert?: boolean
  readonly arrayFilters?: readonly Document[]
}

export type FindOneAndOptions = UpdateOptions & {
  readonly projection?: Document
  readonly sort?: Sort
  /** Which of the two documents is answered. Default `before`. */
  readonly returnDocument?: 'before' | 'after'
}

export type UpdateResult = {
  readonly matchedCount: number
  readonly modifiedCount: number
  /** Present only when an upsert inserted. */
  readonly upsertedId?: unknown
}

export type BulkOperation =
  | { readonly insertOne: { readonly document: Document } }
  | { readonly updateOne: { readonly filter: Filter; readonly update: Update } & UpdateOptions }
  | { readonly updateMany: { readonly filter: Filter; readonly update: Update } & UpdateOptions }
  | {
      readonly replaceOne: {
        readonly filter: Filter
        readonly replacement: Document
        readonly upsert?: boolean
      }
    }
  | { readonly deleteOne: { readonly filter: Filter } }
  | { readonly deleteMany: { readonly filter: Filter } }

export type BulkResult = {
  readonly insertedCount: number
  readonly matchedCount: number
  readonly modifiedCount: number
  readonly deletedCount: number
  readonly upsertedCount: number
}

export type IndexOptions = {
  /** Default: the key pattern joined with `_`, as MongoDB names it (`user_1_name_1`). */
  readonly name?: string
  readonly unique?: boolean
  readonly partialFilterExpression?: Filter
  /** Seconds after the (single, date) key at which a document is deleted by the engine. */
  readonly expireAfterSeconds?: number
}

export type IndexDescription = IndexOptions & { readonly name: string; readonly key: Sort }

/** What a read would do. */
export type Explanation = {
  /** `IXSCAN` through `indexName`, `IDHACK` by `_id`, `COLLSCAN` through everything. */
  readonly stage: 'IXSCAN' | 'IDHACK' | 'COLLSCAN'
  readonly indexName?: string
  /** True when the index also gives the order asked for, so that nothing is sorted in memory. */
  readonly sortedByIndex: boolean
}

export type WatchOptions = {
  /** `$match`, `$project`, `$addFields`, `$replaceRoot`, `$redact` stages over the change events. */
  readonly pipeline?: readonly Document[]
  /** `_id` of the last event seen; the stream goes on after it, or fails with code 286 when the log no longer reaches back. */
  readonly resumeAfter?: Document
  /** `updateLookup` puts the document as it is now into `fullDocument` of updates. */
  readonly fullDocument?: 'default' | 'updateLookup'
  /**
   * `whenAvailable` puts the document as it was before into `fullDocumentBeforeChange`, where the engine knows it: the
   * embedded one of deletions, MongoDB where the collection keeps pre-images. Of updates the embedded engine puts what
   * removed fields held into `removedBeforeChange`, as `{ path, value }`. Default `off`.
   */
  readonly fullDocumentBeforeChange?: 'off' | 'whenAvailable'
}

/** MongoDB's change event: `_id`, `operationType`, `clusterTime`, `ns`, `documentKey`, `fullDocument`, `updateDescription`. */
export type ChangeEvent = Document

/** Changes, in the order of their commits, from the moment `watch` resolved. Ended by `return()` or `close()`. */
export type ChangeStream = AsyncIterableIterator<ChangeEvent> & {
  readonly resumeToken: Document | undefined
  close(): Promise<void>
}

/**
 * A collection with MongoDB's semantics. Values in and out are BSON values; nothing passed in is changed
 * (an insert does not add `_id` to the caller's object), nothing handed out is shared.
 *
 * Every write is durable when its promise resolves. Errors are `DocumentsError`.
 */
export type Collection = {
  readonly name: string
  findOne(filter: Filter, options?: FindOptions): Promise<Document | undefined>
  find(filter: Filter, options?: FindOptions): Promise<Document[]>
  insertOne(document: Document): Promise<{ readonly insertedId: unknown }>
  /** Stops at the first document that is refused; those before it stay. */
  insertMany(documents: readonly Document[]): Promise<{ readonly insertedIds: readonly unknown[] }>
  updateOne(filter: Filter, update: Update, options?: UpdateOptions): Promise<UpdateResult>
  updateMany(filter: Filter, update: Update, options?: UpdateOptions): Promise<UpdateResult>
  replaceOne(
    filter: Filter,
    replacement: Document,
    options?: { readonly upsert?: boolean },
  ): Promise<UpdateResult>
  findOneAndUpdate(
    filter: Filter,
    update: Update,
    options?: FindOneAndOptions,
  ): Promise<Document | undefined>
  findOneAndReplace(
    filter: Filter,
    replacement: Document,
    options?: FindOneAndOptions,
  ): Promise<Document | undefined>
  findOneAndDelete(
    filter: Filter,
    options?: Pick<FindOneAndOptions, 'projection' | 'sort'>,
  ): Promise<Document | undefined>
  deleteOne(filter: Filter): Promise<{ readonly deletedCount: number }>
  deleteMany(filter: Filter): Promise<{ readonly deletedCount: number }>
  bulkWrite(
    operations: readonly BulkOperation[],
    options?: { readonly ordered?: boolean },
  ): Promise<BulkResult>
  countDocuments(
    filter: Filter,
    options?: ReadLimits & { readonly skip?: number; readonly limit?: number },
  ): Promise<number>
  distinct(field: string, filter?: Filter, options?: ReadLimits): Promise<unknown[]>
  aggregate(pipeline: readonly Document[], options?: ReadLimits): Promise<Document[]>
  explain(filter: Filter, options?: FindOptions): Promise<Explanation>
  /** Resolves when documents already there are indexed too. Same name and same definition: nothing happens. */
  createIndex(key: Sort, options?: IndexOptions): Promise<string>
  dropIndex(name: string): Promise<void>
  listIndexes(): Promise<IndexDescription[]>
  drop(): Promise<void>
  /** Resolves once the stream is open: a write that starts afterwards is seen. */
  watch(options?: WatchOptions): Promise<ChangeStream>
}

/** The part of a collection that reads. */
export type CollectionReads = Pick<
  Collection,
  'findOne' | 'find' | 'countDocuments' | 'distinct' | 'aggregate' | 'explain'
>

/** The part of a collection that writes. */
export type CollectionWrites = Pick<
  Collection,
  | 'insertOne'
  | 'insertMany'
  | 'updateOne'
  | 'updateMany'
  | 'replaceOne'
  | 'findOneAndUpdate'
  | 'findOneAndReplace'
  | 'findOneAndDelete'
  | 'deleteOne'
  | 'deleteMany'
  | 'bulkWrite'
>

export type CollectionOptions = {
  /**
   * `true` (default): numbers, as the official driver hands them out: Int32, Double and safe Long as JS numbers.
   * `false`: every value in its BSON class, so that 1.0 and 1 and Long 1 can be told apart.
   */
  readonly promoteValues?: boolean
  /** Which members of a cluster answer reads. Default `primary`. One server has one. */
  readonly readPreference?: ReadPreference
}

export type ReadPreference =
  | 'primary'
  | 'primaryPreferred'
  | 'secondary'
  | 'secondaryPreferred'
  | 'nearest'

export type Database = {
  readonly name: string
  collection(name: string, options?: CollectionOptions): Collection
  listCollections(): Promise<string[]>
  drop(): Promise<void>
}

/** What an engine can do beyond the contract. */
export type Offers = {
  /** `watch` works. */
  readonly changeStreams: boolean
  /** Sessions with transactions work (the server uses none). */
  readonly transactions: boolean
  /** What a MongoDB server says it is, like `8.0.4, replica set rs0`. */
  readonly server?: string
}

/** One store of documents: the server's own, or one data source. */
export type Documents = {
  readonly engine: 'embedded' | 'mongodb'
  /** Database of the server's own data, on a store that the address named one for. Default `regent`. */
  readonly systemDatabase?: string
  /** On MongoDB asked of the cluster, so it may have to wait for it. @throws `Unavailable` */
  offers(): Promise<Offers>
  database(name: string): Database
  listDatabases(): Promise<string[]>
  /** Resolves when a small durable write went through; rejects with the reason when the store cannot take one. */
  ping(): Promise<void>
  /** Waits for writes under way, then frees files, threads and sockets. May be called twice. */
  close(): Promise<void>
}
