import type { FailureMessage } from '../../documents/embedded/engine/failure.ts'

/** Work for the thread. */
export type ViewJob = {
  readonly id: number
  /** A `Request`, as BSON. */
  readonly request: Uint8Array
  /** Documents one behind the other, as BSON. */
  readonly documents: Uint8Array
  readonly maxTimeMs: number
  readonly maxResultBytes: number
}

export type ViewDone =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly documents: Uint8Array }
  | { readonly kind: 'failed'; readonly id: number; readonly failure: FailureMessage }
  | { readonly kind: 'large'; readonly id: number }
