import type { Operator } from '../domain/operator.ts'

/** What an operator asks the server to do. Values that were sent are not in it: they may be secrets. */
export type Action = {
  /** Who; `undefined` for one who is not known. */
  readonly operator: Pick<Operator, 'id' | 'name' | 'kind'> | undefined
  /** Name of the operation, as in the reference of the Admin API. */
  readonly operation: string
  /** Id of the app, as the path says it. */
  readonly appId?: string | undefined
  /** What is acted on: ids and names of the path, without those of project and app. */
  readonly params?: Readonly<Record<string, string>>
  /** Parameters of the query. */
  readonly query?: Readonly<Record<string, string>>
  /** Names of the fields of the body. */
  readonly fields?: readonly string[]
  /** What the body calls the thing. */
  readonly name?: string | undefined
  readonly address?: string | undefined
  readonly userAgent?: string | undefined
  readonly requestId?: string | undefined
}

/** How it ended. */
export type Outcome = {
  /** HTTP status. */
  readonly status: number
  /** What went wrong. */
  readonly error?: string | undefined
  readonly errorCode?: string | undefined
  /** Id of what was made. */
  readonly made?: string | undefined
}

/** One row of the audit trail. Without a status it was cut off: whether it was done is not known. */
export type KeptAction = Action &
  Partial<Outcome> & {
    /** 24 hex characters, in the order of time to the millisecond. */
    readonly id: string
    /** When it was begun. Milliseconds since 1970. */
    readonly at: number
    readonly endedAt?: number
    /** Refused attempts that it stands for. Default 1. */
    readonly count?: number
  }

/** Which rows are wanted. */
export type ActionQuery = {
  readonly appId?: string | undefined
  readonly operatorId?: string | undefined
  readonly operation?: string | undefined
  readonly requestId?: string | undefined
  /** True: only what was refused or failed. */
  readonly failed?: boolean | undefined
  /** Begun later than then. Milliseconds since 1970. */
  readonly after?: number | undefined
  /** Begun then or earlier. */
  readonly until?: number | undefined
  /** Begun before the row with this id. */
  readonly before?: string | undefined
  /** Rows at most. Default 100. */
  readonly limit?: number | undefined
}
