import type { CallMessage, Failure, FromThread, Lines, ToThread } from '../messages.ts'

export type ServiceMessage = Extract<FromThread, { kind: 'service' }>

export type Outcome =
  | Extract<FromThread, { kind: 'done' }>
  | ({ readonly kind: 'failed'; readonly lines?: Lines } & Failure)

/** A call on its way. */
export type Task = {
  readonly message: Omit<CallMessage, 'cell'>
  /** When it came, in milliseconds of the process. */
  readonly since: number
  settle(outcome: Outcome): void
  /** Answers what its function asks of a service. */
  ask(request: ServiceMessage): Promise<ToThread>
}
