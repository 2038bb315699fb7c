import type { FailureMessage } from '../engine/failure.ts'
import type { Counters, Settled, WriteRequest } from '../engine/messages.ts'
import type { FileOptions } from '../file-options.ts'

/** From a process that serves requests to the one that owns the files. */
export type ToOwner =
  | { readonly kind: 'open'; readonly options: FileOptions }
  | { readonly kind: 'write'; readonly path: string; readonly requests: readonly WriteRequest[] }
  /** Is answered with `alive`. */
  | { readonly kind: 'ask' }

/** From the owner of the files. */
export type FromOwner = { readonly kind: 'alive' } | FromFile

/** What concerns one of the files. */
export type FromFile =
  | { readonly kind: 'opened'; readonly path: string; readonly failure?: FailureMessage }
  /** Answers to the writes of this process, after what was committed with them. */
  | { readonly kind: 'settled'; readonly path: string; readonly settled: readonly Settled[] }
  /** Somebody has committed. */
  | {
      readonly kind: 'committed'
      readonly path: string
      readonly catalogVersion: number
      readonly lastChange: number
      readonly counters: Counters
    }

/** Messages to another process, in their order. Neither end throws: what cannot be sent is lost with the process. */
export type Channel<Sent, Received> = {
  send(message: Sent): void
  onMessage(handle: (message: Received) => void): void
  onClose(handle: () => void): void
}
