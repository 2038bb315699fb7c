import type { BegunAction } from '../activity/audit.ts'
import type { Entry } from '../activity/entry.ts'
import type { Held } from '../data/room/holding.ts'
import type { App } from '../domain/app.ts'
import type { Operator } from '../domain/operator.ts'
import type { AccessClaims } from '../security/tokens.ts'

/** What guards leave on the request for routes. */
export type RequestVars = {
  /** The app the request is for, once a guard knows it. */
  app: App | undefined
  /** Set by `requireAccess`. */
  claims: AccessClaims | undefined
  /** The bearer as sent; set by `requireRefresh`. */
  bearer: string | undefined
  /** Who uses the Admin API; set by `requireOperator`. */
  operator: Operator | undefined
  /** From `performance.now()`. */
  startedAt: number
  /** True while the request counts as being worked on. */
  isInFlight: boolean
  /** The refusal it was answered with, for the access log. */
  refusal: string | undefined
  /** What is to be given back when the response is over. */
  held: Pick<Held, 'leave'>[]
  isOver: boolean
  /** What the client was told of the refusal, for the log of the app. */
  problem: string | undefined
  /** What the client was not told of it, for the log of the app. */
  reason: string | undefined
  /** What only the route knows, for the log of the app. */
  facts: Partial<Entry> | undefined
  /** True once the log of the app has an entry for the request. */
  isNoted: boolean
  /** The row that the audit trail has for it, until it has ended. */
  action: BegunAction | undefined
  /** Id of what was made, for the audit trail. */
  made: string | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    vars: RequestVars
  }
}

export const newVars = (): RequestVars => ({
  app: undefined,
  claims: undefined,
  bearer: undefined,
  operator: undefined,
  startedAt: performance.now(),
  isInFlight: false,
  refusal: undefined,
  held: [],
  isOver: false,
  problem: undefined,
  reason: undefined,
  facts: undefined,
  isNoted: false,
  action: undefined,
  made: undefined,
})
