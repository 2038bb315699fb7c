import type { Document } from 'bson'
import type { ChangeEvent, ChangeStream } from './documents.ts'

type Parts = {
  readonly resumeToken: () => Document | undefined
  /** The next event, or the end; never asked while it has not answered. */
  readonly take: () => Promise<IteratorResult<ChangeEvent>>
  readonly close: () => Promise<void>
}

/** A change stream that gives its events one after the other, however many callers ask at once. */
export const toChangeStream = ({ resumeToken, take, close }: Parts): ChangeStream => {
  let turn: Promise<unknown> = Promise.resolve()
  const stream: ChangeStream = {
    get resumeToken() {
      return resumeToken()
    },
    next: () => {
      const result = turn.then(take)
      turn = result.catch(() => undefined)
      return result
    },
    return: async () => {
      await close()
      return { done: true, value: undefined }
    },
    close,
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
