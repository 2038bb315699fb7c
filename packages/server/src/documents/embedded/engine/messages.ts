import type { FailureMessage } from './failure.ts'

export type WriteOperation =
  | 'insert'
  | 'update'
  | 'delete'
  | 'findAndModify'
  | 'bulk'
  | 'createIndex'
  | 'dropIndex'
  | 'dropCollection'
  | 'dropDatabase'
  | 'expire'
  | 'output'
  | 'ping'

/** One write on its way to the writer thread. Arguments are one BSON document, so that types survive the way. */
export type WriteRequest = {
  readonly id: number
  readonly operation: WriteOperation
  readonly database: string
  readonly collection: string
  /** Milliseconds since 1970 by the caller's clock: what `$currentDate`, `$$NOW` and expiry mean by now. */
  readonly now: number
  readonly arguments: Uint8Array
  readonly documents: readonly Uint8Array[]
}

/** What a write did; which fields are there depends on the operation. */
export type WriteOutcome = {
  readonly inserted?: number
  readonly matched?: number
  readonly modified?: number
  readonly deleted?: number
  readonly upserted?: number
  /** `{ _id }` of the document that an upsert inserted. */
  readonly upsertedId?: Uint8Array
  readonly document?: Uint8Array
  readonly name?: string
}

export type Settled =
  | { readonly id: number; readonly outcome: WriteOutcome }
  | { readonly id: number; readonly failure: FailureMessage }

/** Sent once per commit (or failed commit). */
export type BatchDone = {
  readonly settled: readonly Settled[]
  /** Requests that have written a part and go on: they must not be run again from their start. */
  readonly underWay: readonly number[]
  readonly catalogVersion: number
  /** Sequence number of the last change in the log. */
  readonly lastChange: number
  readonly counters: Counters
}

export type Counters = {
  /** Commits that reached the disk, each with one flush. */
  readonly commits: number
  /** Write requests answered after a commit. */
  readonly writes: number
  readonly checkpoints: number
}

export type WriterOptions = {
  readonly path: string
  readonly changeLog: boolean
  readonly maxBatch: number
  readonly maxChanges: number
  readonly maxChangeAgeMs: number
  /** Two numbers shared with the event loop: what the thread is doing, and how often it has done it. */
  readonly progress: SharedArrayBuffer
}

export type ReadOperation = 'find' | 'count' | 'distinct' | 'aggregate' | 'changes'

/** Quick reads go through an index and are few documents; all others are slow. Each kind has a thread of its own. */
export type Lane = 'quick' | 'slow'

export type ReadRequest = {
  readonly id: number
  readonly operation: ReadOperation
  readonly database: string
  readonly collection: string
  readonly now: number
  readonly arguments: Uint8Array
  readonly maxTimeMs: number
  /** Absent: as many as there are. */
  readonly maxExamined: number | undefined
  /** Absent: as many as fit in memory. */
  readonly maxResultBytes: number | undefined
}

export type ReadOutcome = {
  /** BSON documents, one behind the other. */
  readonly documents: Uint8Array
  readonly count: number
}

export type ReadDone =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly outcome: ReadOutcome }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: FailureMessage }
  /** The read turned out to be a slow one. */
  | { readonly kind: 'moved'; readonly id: number }

export type ReaderOptions = { readonly path: string; readonly lane: Lane }
