/** Why nothing was received. */
export type OutboundProblem = 'refused' | 'timeout' | 'too-large' | 'redirect' | 'unreachable'

/** Its message names hosts, never a path, a query or what was sent. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly problem: OutboundProblem

  constructor(problem: OutboundProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

export const refusedAddress = (host: string): OutboundError =>
  new OutboundError(
    'refused',
    `${host} may not be asked: it is at a private address that REGENT_PRIVATE_ADDRESSES does not list, or has no TLS`,
  )

/** What a log may say of an address. */
export const hostOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host : 'no address'

/** What a log may say of why an answer was no good. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'unknown'
