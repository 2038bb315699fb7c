import type { Document } from 'bson'

/** One change, as its reader may see it. */
export type Change = {
  /** MongoDB's change event; `_id` is a token to resume behind it, made by the server. Not to be changed. */
  readonly event: Document
  /** The event as canonical extended JSON. Readers who see the same share it. */
  readonly text: string
}

/**
 * Changes in the order of their commits; each step gives all that are ready. Ends when the collection is gone or the
 * server stops; throws what ended it otherwise.
 *
 * @throws `watchTooSlow`, `watchHistoryLost`, `serviceNotFound`, `ruleNotFound`, `sessionInvalid`,
 * `dataSourceUnavailable` while it runs
 */
export type Changes = AsyncIterable<readonly Change[]> & {
  /** A token to resume behind the place where they begin; absent where that is what the reader asked for. */
  readonly position?: Document
  /** Aborted when no more will come, also while nobody takes what is there. */
  readonly ended: AbortSignal
  /** May be called twice. */
  close(): Promise<void>
}
