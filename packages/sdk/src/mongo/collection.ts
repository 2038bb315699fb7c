import type { ChangeEvent } from './change-event.ts'
import { type Changes, createChanges } from './changes.ts'
import type {
  AggregatePipelineStage,
  AnyDocument,
  CountOptions,
  DeleteResult,
  Filter,
  FindOneAndModifyOptions,
  FindOneOptions,
  FindOptions,
  IdOf,
  InsertManyResult,
  InsertOneResult,
  NewDocument,
  Update,
  UpdateOptions,
  UpdateResult,
  WithId,
} from './documents.ts'
import { asOfNow, callService, type ServiceCalls } from './service-calls.ts'

type Fields = Readonly<Record<string, unknown>>

/** Which changes `watch` tells. */
export type WatchOptions<T extends object> =
  | { readonly ids: readonly IdOf<T>[]; readonly filter?: never }
  | { readonly ids?: never; readonly filter: Filter<ChangeEvent<T>> }

/**
 * The documents of a collection as the rules of the app let its user see and change them.
 *
 * Every method but `watch` rejects with a RegentError: `NoMatchingRuleFound` when the rules do not let the user,
 * `MongoDBError` for what the database refuses (a duplicate key for example), `InvalidParameter` for an operator that
 * users are not offered, `SchemaValidationFailedWrite`, `ServiceNotFound`.
 *
 * @see realm-js `MongoDBCollection`: names, arguments and results are the same
 */
export class MongoDBCollection<T extends object = AnyDocument> {
  readonly serviceName: string
  readonly databaseName: string
  readonly #name: string
  readonly #calls: ServiceCalls

  /** @internal */
  constructor(
    calls: ServiceCalls,
    names: { readonly service: string; readonly database: string; readonly collection: string },
  ) {
    this.serviceName = names.service
    this.databaseName = names.database
    this.#name = names.collection
    this.#calls = calls
  }

  get name(): string {
    return this.#name
  }

  /** All documents that meet the filter; by default all there are, 50,000 at most. */
  find(filter: Filter<T> = {} as Filter<T>, options: FindOptions = {}): Promise<WithId<T>[]> {
    const { projection: project, sort, limit } = options
    return this.#call('find', { query: filter, project, sort, limit })
  }

  /** The first document that meets the filter; `null` when there is none. */
  findOne(
    filter: Filter<T> = {} as Filter<T>,
    options: FindOneOptions = {},
  ): Promise<WithId<T> | null> {
    const { projection: project, sort } = options
    return this.#call('findOne', { query: filter, project, sort })
  }

  /** Changes the first document that meets the filter, and gives it as it was before. */
  findOneAndUpdate(
    filter: Filter<T>,
    update: Update<T>,
    options: FindOneAndModifyOptions = {},
  ): Promise<WithId<T> | null> {
    return this.#call('findOneAndUpdate', { filter, update, ...modification(options) })
  }

  /** Replaces the first document that meets the filter, which keeps its `_id`, and gives it as it was before. */
  findOneAndReplace(
    filter: Filter<T>,
    replacement: NewDocument<T>,
    options: FindOneAndModifyOptions = {},
  ): Promise<WithId<T> | null> {
    const update = replacement
    return this.#call('findOneAndReplace', { filter, update, ...modification(options) })
  }

  /** Deletes the first document that meets the filter, and gives it. */
  findOneAndDelete(
    filter: Filter<T> = {} as Filter<T>,
    { sort, projection }: FindOneOptions = {},
  ): Promise<WithId<T> | null> {
    return this.#call('findOneAndDelete', { filter, sort, projection })
  }

  /** Runs the stages one after the other. The result is an array. */
  aggregate<Result = unknown>(pipeline: readonly AggregatePipelineStage[]): Promise<Result> {
    return this.#call('aggregate', { pipeline })
  }

  count(filter: Filter<T> = {} as Filter<T>, { limit }: CountOptions = {}): Promise<number> {
    return this.#call('count', { query: filter, limit })
  }

  /** The server makes an `_id` for a document that has none. */
  insertOne(document: NewDocument<T>): Promise<InsertOneResult<IdOf<T>>> {
    return this.#call('insertOne', { document })
  }

  /** Inserts in order, until one is refused. */
  insertMany(documents: readonly NewDocument<T>[]): Promise<InsertManyResult<IdOf<T>>> {
    return this.#call('insertMany', { documents })
  }

  /** Deletes the first document that meets the filter; by default the first there is. */
  deleteOne(filter: Filter<T> = {} as Filter<T>): Promise<DeleteResult> {
    return this.#call('deleteOne', { query: filter })
  }

  /** Deletes all documents that meet the filter; by default all there are. */
  deleteMany(filter: Filter<T> = {} as Filter<T>): Promise<DeleteResult> {
    return this.#call('deleteMany', { query: filter })
  }

  /** Changes the first document that meets the filter. */
  updateOne(
    filter: Filter<T>,
    update: Update<T>,
    { upsert, arrayFilters }: UpdateOptions = {},
  ): Promise<UpdateResult<IdOf<T>>> {
    return this.#call('updateOne', { query: filter, update, upsert, arrayFilters })
  }

  /** Changes all documents that meet the filter. */
  updateMany(
    filter: Filter<T>,
    update: Update<T>,
    { upsert, arrayFilters }: UpdateOptions = {},
  ): Promise<UpdateResult<IdOf<T>>> {
    return this.#call('updateMany', { query: filter, update, upsert, arrayFilters })
  }

  /**
   * Changes of the collection that the user may see; of some documents with `ids`, of some kind with a `filter` on
   * the change events: `{ filter: { 'fullDocument.kind': 'tree' } }`.
   */
  watch({ ids, filter }: Partial<WatchOptions<T>> = {}): Changes<T> {
    const argument = { ...this.#names(), ids, filter }
    const call = asOfNow({ service: this.serviceName, name: 'watch', argument })
    return createChanges(this.#calls, call)
  }

  #names(): Fields {
    return { database: this.databaseName, collection: this.#name }
  }

  #call<Result>(name: string, given: Fields): Promise<Result> {
    const argument = { ...this.#names(), ...given }
    const call = { service: this.serviceName, name, argument }
    return callService(this.#calls, call) as Promise<Result>
  }
}

const modification = ({
  sort,
  projection,
  upsert,
  returnNewDocument,
}: FindOneAndModifyOptions) => ({
  sort,
  projection,
  upsert,
  returnNewDocument,
})
