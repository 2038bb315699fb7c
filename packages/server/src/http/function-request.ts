import type { FastifyRequest } from 'fastify'
import type { FunctionRequest } from '../functions/call.ts'

/** What lets its bearer in is none of the app's business. */
const hidden = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** Parameters that carry secrets, as the original left `secret` out. */
const hiddenParameter = /(^|&)(?:secret|baas_at|token|tokenId|code)=[^&]*/gi

const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(', ') : (value ?? '')

/** The request as the app's code may see it: `context.request`. */
export const functionRequest = ({
  id,
  ip,
  headers,
  method,
  url,
}: FastifyRequest): FunctionRequest => {
  const [, query = ''] = url.split(/\?(.*)/s, 2)
  const shown = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || hidden.has(name) ? [] : [[name, [value].flat()] as const],
  )
  return {
    requestId: id,
    remoteIPAddress: ip,
    requestHeaders: Object.fromEntries(shown),
    httpMethod: method,
    httpUserAgent: textOf(headers['user-agent']),
    httpReferrer: textOf(headers.referer),
    rawQueryString: query.replace(hiddenParameter, '').replace(/^&/, ''),
  }
}
