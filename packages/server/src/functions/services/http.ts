import { STATUS_CODES } from 'node:http'
import { Binary } from 'bson'
import type { Outbound, OutboundRequest } from '../../security/outbound.ts'

/** What a function gives to `context.http.get` and its siblings. */
type HttpArgument = {
  readonly url?: unknown
  readonly scheme?: unknown
  readonly host?: unknown
  readonly path?: unknown
  readonly query?: unknown
  readonly fragment?: unknown
  readonly headers?: unknown
  readonly body?: unknown
  readonly encodeBodyAsJSON?: unknown
  readonly form?: unknown
  readonly followRedirects?: unknown
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head']
const timeoutMs = 60_000
const maxBytes = 10 * 1024 * 1024
const redirects = 10

type Named = Readonly<Record<string, unknown>>

const isNamed = (value: unknown): value is Named => typeof value === 'object' && value !== null

const toHeaders = (headers: unknown): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(isNamed(headers) ? headers : {}).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(String) : String(value),
    ]),
  )

/**
 * The address, in one text or in parts; a value of `query` may be a list.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/services/http-actions/http.get/
 */
const toUrl = ({ url, scheme = 'http', host, path = '', query, fragment }: HttpArgument) => {
  if (typeof url === 'string' || typeof host !== 'string') return url
  const address = `${scheme}://${host}`
  if (!URL.canParse(address)) throw new TypeError(`${address} is no address`)
  const made = new URL(address)
  made.pathname = String(path)
  for (const [name, values] of Object.entries(isNamed(query) ? query : {})) {
    for (const value of [values].flat()) made.searchParams.append(name, String(value))
  }
  if (fragment !== undefined) made.hash = String(fragment)
  return made.href
}

type Body = Pick<OutboundRequest, 'body' | 'headers'>

const toBody = ({ body, form, encodeBodyAsJSON }: HttpArgument): Body => {
  if (isNamed(form)) {
    const fields = Object.entries(form).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    return {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
  }
  if (body === undefined || body === null) return {}
  if (encodeBodyAsJSON === true) {
    return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  }
  if (body instanceof Binary) return { body: body.buffer.subarray(0, body.position) }
  return { body: typeof body === 'string' ? body : JSON.stringify(body) }
}

/**
 * One request of a function, answered in the form of the original's HTTP service.
 *
 * @throws OutboundError; TypeError for what is no request
 */
export const sendHttp = async (
  outbound: Pick<Outbound, 'send'>,
  method: string,
  given: unknown,
): Promise<unknown> => {
  if (!methods.includes(method)) throw new TypeError(`http has no method '${method}'`)
  const request: HttpArgument = isNamed(given) ? given : {}
  const url = toUrl(request)
  if (typeof url !== 'string') throw new TypeError(`http.${method} needs a url`)
  const content = toBody(request)
  const { status, headers, body } = await outbound.send({
    url,
    method: method.toUpperCase(),
    ...(content.body !== undefined && { body: content.body }),
    headers: { ...content.headers, ...toHeaders(request.headers) },
    timeoutMs,
    maxBytes,
    redirects: request.followRedirects === true ? redirects : 0,
  })
  return {
    status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    statusCode: status,
    contentLength: body.byteLength,
    headers,
    body: new Binary(body),
  }
}
