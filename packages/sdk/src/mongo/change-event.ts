import type { Long, Timestamp } from 'bson'
import type { IdOf, WithId } from './documents.ts'

/** What became of a collection. */
export type OperationType =
  | 'insert'
  | 'delete'
  | 'replace'
  | 'update'
  | 'drop'
  | 'rename'
  | 'dropDatabase'
  | 'invalidate'

export type DocumentNamespace = { db: string; coll: string }

export type UpdateDescription = {
  /** New values by dotted path. */
  updatedFields: Record<string, unknown>
  /** Dotted paths. */
  removedFields: string[]
}

/** Where in the history of the collection an event is. */
export type ChangeEventId = unknown

/** The changed document's id, with the shard key where there is one. */
export type DocumentKey<IdType> = { _id: IdType } & Record<string, unknown>

export type BaseChangeEvent<T extends OperationType> = {
  _id: ChangeEventId
  operationType: T
  clusterTime: Timestamp
  /** Of a transaction. */
  txnNumber?: Long
  /** Of a transaction. */
  lsid?: Record<string, unknown>
}

export type InsertEvent<T extends object> = {
  ns: DocumentNamespace
  documentKey: DocumentKey<IdOf<T>>
  fullDocument: WithId<T>
} & BaseChangeEvent<'insert'>

export type UpdateEvent<T extends object> = {
  ns: DocumentNamespace
  documentKey: DocumentKey<IdOf<T>>
  updateDescription: UpdateDescription
  /** The document as it was when the event was sent; it may have changed again, or be gone. */
  fullDocument?: WithId<T>
} & BaseChangeEvent<'update'>

export type ReplaceEvent<T extends object> = {
  ns: DocumentNamespace
  documentKey: DocumentKey<IdOf<T>>
  fullDocument: WithId<T>
} & BaseChangeEvent<'replace'>

export type DeleteEvent<T extends object> = {
  ns: DocumentNamespace
  documentKey: DocumentKey<IdOf<T>>
} & BaseChangeEvent<'delete'>

export type DropEvent = { ns: DocumentNamespace } & BaseChangeEvent<'drop'>

export type RenameEvent = {
  ns: DocumentNamespace
  /** Its new name. */
  to: DocumentNamespace
} & BaseChangeEvent<'rename'>

export type DropDatabaseEvent = {
  ns: Omit<DocumentNamespace, 'coll'>
} & BaseChangeEvent<'dropDatabase'>

/** The collection is gone, and with it the stream: nothing comes after it. */
export type InvalidateEvent = BaseChangeEvent<'invalidate'>

/**
 * One change of a collection. `operationType` tells which.
 *
 * @see https://www.mongodb.com/docs/manual/reference/change-events/
 */
export type ChangeEvent<T extends object> =
  | InsertEvent<T>
  | UpdateEvent<T>
  | ReplaceEvent<T>
  | DeleteEvent<T>
  | DropEvent
  | RenameEvent
  | DropDatabaseEvent
  | InvalidateEvent
