import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Config } from '../config.ts'

/** The listening socket, before and while the app answers on it. */
export type Listener = {
  readonly server: Server
  /** `http://host:port` as bound. */
  readonly url: string
  /** Hands over requests: those that have waited for the app since the port was bound, and all further ones. */
  answerWith(handler: RequestListener): void
  /**
   * Takes no more connections, waits for requests under way, then closes what is left after `graceMs`.
   */
  stop(graceMs: number): Promise<void>
}

const hostInUrl = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Room for an access token with custom user data, in a header or, for `watch`, in the path. */
const mostHeaderBytes = 32_768

/** Binds the port, so that a port in use is known before anything is opened. */
export const openListener = async ({
  host,
  port,
  requestTimeoutSeconds,
}: Config): Promise<Listener> => {
  const timeoutMs = requestTimeoutSeconds * 1000
  const server = createServer({
    maxHeaderSize: mostHeaderBytes,
    requestTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: Math.min(5_000, timeoutMs / 2),
  })
  const waiting: Parameters<RequestListener>[] = []
  const wait: RequestListener = (...request) => {
    waiting.push(request)
  }
  server.on('request', wait)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address() as AddressInfo
  return {
    server,
    url: `http://${hostInUrl(host)}:${bound.port}`,
    answerWith: handler => {
      server.off('request', wait)
      server.on('request', handler)
      for (const request of waiting.splice(0)) handler(...request)
    },
    stop: graceMs => stop(server, graceMs),
  }
}

const stop = async (server: Server, graceMs: number): Promise<void> => {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(timer)
}

type WireError = Error & { readonly code?: string }

const wireAnswers: Readonly<Record<string, readonly [status: string, text: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'headers are too large'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request took too long to arrive'],
}

/** Answers what never became a request: broken or endless headers, and requests that came too slowly. */
export const refuseOnWire =
  (requestId: () => string, logsUrl: string): ((error: WireError, socket: Socket) => void) =>
  (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const [status, detail] = wireAnswers[error.code ?? ''] ?? ['400 Bad Request', 'malformed HTTP']
    const id = requestId()
    const body = JSON.stringify({
      error: `cannot read request: ${detail}`,
      error_code: 'BadRequest',
      link: `${logsUrl}/logs?co_id=${id}`,
    })
    const head = [
      `HTTP/1.1 ${status}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-appservices-request-id: ${id}`,
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
