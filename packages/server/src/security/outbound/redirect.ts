import { OutboundError } from '../outbound-error.ts'
import type { Answer, Hop } from './exchange.ts'

const statuses = new Set([301, 302, 303, 307, 308])

/** What another origin may be told. */
const harmless = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

const becomesGet = (status: number, method: string): boolean =>
  status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST'

/**
 * The request that a redirect asks for; `undefined` when the answer is none. Another origin is told nothing that
 * was meant for this one: no credentials, no body.
 *
 * @throws OutboundError for an address that is none, one without TLS after one with, and a body for elsewhere
 */
export const followRedirect = (hop: Hop, { status, headers }: Answer): Hop | undefined => {
  const [location] = headers.location ?? []
  if (!statuses.has(status) || location === undefined) return undefined
  if (!URL.canParse(location, hop.url.href))
    throw new OutboundError('redirect', `${hop.url.host} redirects to what is no address`)

  const url = new URL(location, hop.url)
  const isGet = becomesGet(status, hop.method)
  const body = isGet ? undefined : hop.body
  const method = isGet ? 'GET' : hop.method
  if (url.origin === hop.url.origin) return { url, method, body, headers: hop.headers }

  if (hop.url.protocol === 'https:' && url.protocol !== 'https:')
    throw new OutboundError('redirect', `${hop.url.host} redirects to an address without TLS`)
  if (body !== undefined)
    throw new OutboundError('redirect', `${hop.url.host} redirects what was sent to ${url.host}`)
  const kept = Object.entries(hop.headers).filter(([name]) => harmless.has(name.toLowerCase()))
  return { url, method, body, headers: Object.fromEntries(kept) }
}
