import { DocumentsError } from '../../../error.ts'
import { fromFailureMessage } from '../failure.ts'
import type { Settled, WriteOutcome, WriteRequest } from '../messages.ts'

type Pending = {
  readonly request: WriteRequest
  readonly resolve: (outcome: WriteOutcome) => void
  readonly reject: (error: Error) => void
}

/** Writes that were not answered yet. */
export type PendingWrites = {
  add(pending: Pending): void
  settle(answers: readonly Settled[]): void
  /** Ends the writes that the error is made for and keeps those for which there is none. */
  reject(errorFor: (id: number) => Error | undefined): void
  /** In the order they were made. */
  requests(): WriteRequest[]
  isEmpty(): boolean
  /** Resolves when none is left. */
  drained(): Promise<void>
}

export const unavailable = (message: string): DocumentsError =>
  new DocumentsError('Unavailable', message)

export const openPendingWrites = (): PendingWrites => {
  const waiting = new Map<number, Pending>()
  let whenEmpty: (() => void)[] = []

  const take = (id: number): Pending | undefined => {
    const pending = waiting.get(id)
    waiting.delete(id)
    return pending
  }

  const tellWhenEmpty = (): void => {
    if (waiting.size > 0) return
    const told = whenEmpty
    whenEmpty = []
    for (const tell of told) tell()
  }

  return {
    add: pending => {
      waiting.set(pending.request.id, pending)
    },
    settle: answers => {
      for (const answer of answers) {
        const pending = take(answer.id)
        if ('failure' in answer) pending?.reject(fromFailureMessage(answer.failure))
        else pending?.resolve(answer.outcome)
      }
      tellWhenEmpty()
    },
    reject: errorFor => {
      for (const id of [...waiting.keys()]) {
        const error = errorFor(id)
        if (error !== undefined) take(id)?.reject(error)
      }
      tellWhenEmpty()
    },
    requests: () => [...waiting.values()].map(({ request }) => request),
    isEmpty: () => waiting.size === 0,
    drained: () =>
      new Promise(resolve => {
        whenEmpty.push(resolve)
        tellWhenEmpty()
      }),
  }
}
