import { z } from 'zod'

/** Body of `debug/execute_function`; the arguments are extended JSON. */
export const runFunctionBody = z.object({
  name: z.string().min(1).max(256),
  arguments: z.array(z.unknown()).optional(),
})

/** What became of a function that the operator ran. */
export type RunFunctionWire = {
  /** Extended JSON as clients get it; `null` when the function failed. */
  readonly result: unknown
  /** Lines that the function printed, the last 25; `null` when it printed none. */
  readonly logs: readonly string[] | null
  /** What it threw, or why it was ended; absent when it ended well. */
  readonly error?: string
  /** Code of the refusal that a client would have got; absent when it ended well. */
  readonly error_code?: string
  readonly stats: {
    /** Like `12.5ms`. */
    readonly execution_time: string
  }
}
