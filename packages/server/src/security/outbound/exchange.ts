import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { OutboundError } from '../outbound-error.ts'

/** One request of the one or more that a redirected one takes. */
export type Hop = {
  readonly url: URL
  /** In upper case. */
  readonly method: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Uint8Array | undefined
}

export type Limits = {
  readonly maxBytes: number
  /** Aborted with the error to end with. */
  readonly signal: AbortSignal
}

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly body: Uint8Array
}

/** Headers that rule the connection are ours. */
const ofConnection = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const unpackers: Readonly<Record<string, typeof gunzip>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  deflate: inflate,
  br: brotliDecompress,
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const toHeaders = ({ url, headers }: Hop): Record<string, string | string[]> => {
  const given = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !ofConnection.has(name))
    .map(([name, value]) => [name, typeof value === 'string' ? value : [...value]])
  const person = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return {
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': 'regent',
    ...(person !== ':' && { authorization: `Basic ${Buffer.from(person).toString('base64')}` }),
    ...Object.fromEntries(given),
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const toProblem = (error: unknown, { url }: Hop): OutboundError => {
  if (error instanceof OutboundError) return error
  const code = codeOf(error)
  if (code === 'HPE_HEADER_OVERFLOW')
    return new OutboundError('too-large', `${url.host} sent too many headers`, { cause: error })
  const why = code === '' ? '' : `: ${code}`
  return new OutboundError('unreachable', `${url.host} gave no answer${why}`, { cause: error })
}

const open = (hop: Hop, agent: Agent, signal: AbortSignal): ClientRequest => {
  if (!methods.has(hop.method))
    throw new OutboundError('refused', 'there is no such method: it cannot be asked with')
  const { protocol, hostname, port, pathname, search } = hop.url
  try {
    return (protocol === 'https:' ? httpsRequest : httpRequest)({
      agent,
      signal,
      protocol,
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      path: `${pathname}${search}`,
      method: hop.method,
      headers: toHeaders(hop),
    })
  } catch (error) {
    throw new OutboundError('refused', `the request cannot be sent: ${codeOf(error)}`, {
      cause: error,
    })
  }
}

/** Sends the request and waits for the head of its answer. A kept connection that ended meanwhile is no answer. */
const begin = (hop: Hop, agent: Agent, { signal }: Limits): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = open(hop, agent, signal)
    const mayRepeat = hop.method === 'GET' || hop.method === 'HEAD'
    request.once('response', resolve)
    request.once('error', error => {
      const isStale = request.reusedSocket && codeOf(error) === 'ECONNRESET' && !signal.aborted
      if (isStale && mayRepeat) resolve(begin(hop, agent, { signal, maxBytes: 0 }))
      else reject(error)
    })
    request.once('close', () => reject(new OutboundError('unreachable', 'the connection ended')))
    request.end(hop.body)
  })

const readBody = async (response: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw new OutboundError('too-large', `an answer of over ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const unpack = async (body: Buffer, unpacker: typeof gunzip, maxBytes: number): Promise<Buffer> => {
  try {
    return await promisify<Buffer, object, Buffer>(unpacker)(body, { maxOutputLength: maxBytes })
  } catch (error) {
    const isTooLarge = codeOf(error) === 'ERR_BUFFER_TOO_LARGE'
    const problem = isTooLarge ? 'too-large' : 'unreachable'
    throw new OutboundError(problem, 'an answer that cannot be unpacked', { cause: error })
  }
}

const receive = async (hop: Hop, agent: Agent, limits: Limits): Promise<Answer> => {
  const response = await begin(hop, agent, limits)
  const body = await readBody(response, limits.maxBytes)
  const headers = { ...response.headersDistinct } as Record<string, string[]>
  const status = response.statusCode ?? 0
  const unpacker = unpackers[headers['content-encoding']?.join().toLowerCase() ?? '']
  if (!unpacker || body.length === 0) return { status, headers, body }
  const { 'content-encoding': _, 'content-length': __, ...rest } = headers
  return { status, headers: rest, body: await unpack(body, unpacker, limits.maxBytes) }
}

/**
 * One request and its whole answer, unpacked.
 *
 * @throws OutboundError
 */
export const exchange = async (hop: Hop, agent: Agent, limits: Limits): Promise<Answer> => {
  const { signal } = limits
  const over = Promise.withResolvers<never>()
  const end = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  try {
    return await Promise.race([receive(hop, agent, limits), over.promise])
  } catch (error) {
    throw toProblem(signal.aborted ? signal.reason : error, hop)
  } finally {
    signal.removeEventListener('abort', end)
  }
}
