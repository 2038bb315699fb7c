export type OutboundRequest = {
  readonly url: string
  /** Default `GET`. */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** For everything, redirects included. Default 10,000. */
  readonly timeoutMs?: number
  /** Largest body of an answer. Default 1,048,576. */
  readonly maxBytes?: number
  /** Redirects that are followed, each to an address that may be asked. Default 0. */
  readonly redirects?: number
}

export type OutboundResponse = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: Uint8Array
}

/** Why nothing was received. */
export type OutboundProblem = 'refused' | 'timeout' | 'too-large' | 'redirect' | 'unreachable'

export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly problem: OutboundProblem

  constructor(problem: OutboundProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

/**
 * HTTP requests to addresses that an app's owner or a provider chose: private addresses are refused unless the
 * settings allow them, time and size are bounded.
 */
export type Outbound = {
  /**
   * Any status is an answer.
   *
   * @throws OutboundError
   */
  send(request: OutboundRequest): Promise<OutboundResponse>
  close(): Promise<void>
}

export const openOutbound = (): Outbound => ({
  send: async () => {
    throw new OutboundError('refused', 'no address may be asked yet')
  },
  close: async () => {},
})
