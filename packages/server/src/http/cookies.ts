import type { FastifyReply, FastifyRequest } from 'fastify'

export type Cookie = {
  readonly name: string
  /** Letters and digits only. */
  readonly value: string
  readonly seconds: number
  /** True when it must come along with requests that another site's page makes. */
  readonly isForOthers: boolean
  /** The origin that the browser knows this server by. */
  readonly origin: string
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)

/**
 * Browsers keep `SameSite=None` only with `Secure`, and `Secure` over https or on loopback. Everywhere else `Lax` is
 * the most that a cookie can be.
 */
const reachOf = ({ origin, isForOthers }: Cookie): string => {
  const { protocol, hostname } = new URL(origin)
  if (protocol === 'https:') return `Secure; SameSite=${isForOthers ? 'None' : 'Lax'}`
  return isForOthers && isLoopback(hostname) ? 'Secure; SameSite=None' : 'SameSite=Lax'
}

/** Over https only this host can set a cookie with this prefix. */
const fullName = ({ name, origin }: Pick<Cookie, 'name' | 'origin'>): string =>
  origin.startsWith('https:') ? `__Host-${name}` : name

/** Sets a cookie that no script can read. */
export const setCookie = (reply: FastifyReply, cookie: Cookie): void => {
  const { value, seconds } = cookie
  reply.header(
    'set-cookie',
    `${fullName(cookie)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; ${reachOf(cookie)}`,
  )
}

/** The value of a cookie that `setCookie` set; `undefined` when it did not come, or came twice. */
export const readCookie = (
  { headers }: FastifyRequest,
  cookie: Pick<Cookie, 'name' | 'origin'>,
): string | undefined => {
  const start = `${fullName(cookie)}=`
  const found = (headers.cookie ?? '')
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(start))
  return found.length === 1 ? found[0]?.slice(start.length) : undefined
}
