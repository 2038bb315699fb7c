import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import { addressList, isPublicAddress } from '../domain/public-address.ts'
import { exchange, type Hop, type Limits } from './outbound/exchange.ts'
import { checkedLookup, openResolve, type Resolve } from './outbound/lookup.ts'
import { followRedirect } from './outbound/redirect.ts'
import { OutboundError, refusedAddress } from './outbound-error.ts'

export { OutboundError, type OutboundProblem } from './outbound-error.ts'

export type OutboundRequest = {
  readonly url: string
  /** Default `GET`. */
  readonly method?: string
  /** Those that rule the connection (`host`, `content-length`, `connection` …) are left out. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array
  /** For everything, redirects included. Default 10,000. */
  readonly timeoutMs?: number
  /** Largest body of an answer, as sent and unpacked. Default 1,048,576. */
  readonly maxBytes?: number
  /** True when nobody on the way may change the answer: without TLS only listed private addresses are asked. */
  readonly needsTls?: boolean
  /** Redirects that are followed, each to an address that may be asked. Default 0: a redirect is an answer. */
  readonly redirects?: number
}

export type OutboundResponse = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** Unpacked. */
  readonly body: Uint8Array
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
  /** Ends what is under way. */
  close(): Promise<void>
}

export type OutboundOptions = {
  /** Addresses and subnets that may be asked although they are private. Default none. */
  readonly privateAddresses?: readonly string[] | undefined
  /** Certificates (PEM) of authorities to trust in place of the system's. */
  readonly authorities?: readonly string[]
  /** Finds the addresses of a name. Default the system's. */
  readonly resolve?: Resolve
  /** Names that are looked up at a time, 1 or 2: a slow name server holds up as many. Default 2. */
  readonly namesAtATime?: number
}

/** Connections to one origin, and to all together. */
const mostSockets = 64
const mostSocketsInAll = 512
/** An unused connection is closed after this. */
const idleMs = 10_000

type AddressTest = (address: string) => boolean

const readUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new OutboundError('refused', 'not an address')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new OutboundError('refused', `${url.protocol} addresses are not asked`)
  return url
}

/** An address that is written as such is never looked up, so it is checked here. */
const checkHost = ({ hostname, host }: URL, mayAsk: AddressTest): void => {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && !mayAsk(address)) throw refusedAddress(host)
}

/** Ends at the time limit, or when `closing` does. */
const startLimits = (
  { timeoutMs = 10_000, maxBytes = 1_048_576 }: OutboundRequest,
  closing: AbortSignal,
): Limits & { readonly stop: () => void } => {
  const over = new AbortController()
  const end = (problem: OutboundError): void => over.abort(problem)
  const onClose = (): void => end(new OutboundError('unreachable', 'the server is stopping'))
  const timer = setTimeout(() => {
    end(new OutboundError('timeout', `no whole answer within ${timeoutMs} ms`))
  }, timeoutMs)
  if (closing.aborted) onClose()
  closing.addEventListener('abort', onClose)
  return {
    maxBytes,
    signal: over.signal,
    stop: () => {
      clearTimeout(timer)
      closing.removeEventListener('abort', onClose)
    },
  }
}

/** Connections of one kind, and the addresses that they may go to. */
type Line = { readonly agent: HttpAgent; readonly mayAsk: AddressTest }

const openLines = ({
  privateAddresses = [],
  authorities,
  namesAtATime,
  resolve = openResolve(namesAtATime),
}: OutboundOptions) => {
  const isListed = addressList(privateAddresses)
  const mayAsk: AddressTest = address => isPublicAddress(address) || isListed(address)
  const optionsFor = (test: AddressTest) => ({
    keepAlive: true,
    timeout: idleMs,
    maxSockets: mostSockets,
    maxTotalSockets: mostSocketsInAll,
    lookup: checkedLookup(resolve, test),
  })
  const tls = { rejectUnauthorized: true, ...(authorities && { ca: [...authorities] }) }
  return {
    'http:': { mayAsk, agent: new HttpAgent(optionsFor(mayAsk)) },
    'https:': { mayAsk, agent: new HttpsAgent({ ...optionsFor(mayAsk), ...tls }) },
    listed: { mayAsk: isListed, agent: new HttpAgent(optionsFor(isListed)) },
  } satisfies Record<string, Line>
}

/** Requests over kept-alive connections; every address is checked where the connection is made. */
export const openOutbound = (options: OutboundOptions = {}): Outbound => {
  const lines = openLines(options)
  const closing = new AbortController()

  const lineFor = ({ protocol }: URL, needsTls: boolean): Line => {
    if (protocol === 'https:') return lines['https:']
    return needsTls ? lines.listed : lines['http:']
  }

  const follow = async (request: OutboundRequest, limits: Limits): Promise<OutboundResponse> => {
    const { method = 'GET', headers = {}, body, redirects = 0, needsTls = false } = request
    let hop: Hop = { url: readUrl(request.url), method: method.toUpperCase(), headers, body }
    for (let left = redirects; ; left -= 1) {
      const { agent, mayAsk } = lineFor(hop.url, needsTls)
      checkHost(hop.url, mayAsk)
      const answer = await exchange(hop, agent, limits)
      const next = redirects > 0 ? followRedirect(hop, answer) : undefined
      if (!next) return answer
      if (left === 0) throw new OutboundError('redirect', `more than ${redirects} redirects`)
      hop = { ...next, url: readUrl(next.url.href) }
    }
  }

  return {
    send: async request => {
      const limits = startLimits(request, closing.signal)
      try {
        return await follow(request, limits)
      } finally {
        limits.stop()
      }
    },
    close: async () => {
      closing.abort()
      for (const { agent } of Object.values(lines)) agent.destroy()
    },
  }
}
