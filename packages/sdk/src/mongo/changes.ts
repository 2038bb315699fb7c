import type { ChangeEvent } from './change-event.ts'
import type { Followed } from './follow.ts'
import type { ServiceCall, ServiceCalls } from './service-calls.ts'

/**
 * Changes of a collection, from the moment the stream is open: at the first `next()`, or when `open()` resolves.
 *
 * `break` in a loop, or `return()` at any time, closes the connection. A connection that is lost is made again, behind
 * the last change. Whatever else ends the stream is an error, a log-out of the user too.
 */
export type Changes<T extends object> = AsyncGenerator<ChangeEvent<T>, void, undefined> & {
  /** Ours: resolves once the server has the stream open, so that no write after it is missed. */
  open(): Promise<void>
}

/** Nothing is sent, and little is loaded, until the first change is asked for. */
export const createChanges = <T extends object>(
  calls: ServiceCalls,
  call: ServiceCall,
): Changes<T> => {
  const closing = new AbortController()
  let followed: Promise<Followed> | undefined
  const follow = (): Promise<Followed> => {
    followed ??= import('./follow.ts').then(({ follow }) => follow(calls, call, closing.signal))
    return followed
  }
  const done = <Result>(value: Result): { done: true; value: Result } => ({ done: true, value })

  const close = async (): Promise<void> => {
    closing.abort()
    await (await followed)?.changes.return()
  }

  const changes = {
    open: async () => {
      if (!closing.signal.aborted) await (await follow()).open()
    },
    next: async () => (closing.signal.aborted ? done(undefined) : (await follow()).changes.next()),
    return: async (value?: unknown) => {
      await close()
      return done(await value)
    },
    throw: async (error: unknown) => {
      await close()
      throw error
    },
    [Symbol.asyncIterator]: () => changes,
    [Symbol.asyncDispose]: close,
  }
  return changes as unknown as Changes<T>
}
