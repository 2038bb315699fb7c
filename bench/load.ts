import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

/** One request, ready for the socket. HTTP/1.1 with keep-alive; the body's length is in its headers. */
export type RawRequest = Buffer

export type LoadOptions = {
  readonly port: number
  readonly connections: number
  readonly durationMs: number
  /** Requests a second over all connections, sent by the clock; without it each connection sends as fast as it is answered. */
  readonly rate?: number
  /** The n-th request of the run. */
  request(n: number): RawRequest
}

/** Latencies are in milliseconds; with `rate` they count from when the request was due. */
export type LoadResult = {
  readonly answered: number
  readonly refused: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

export const rawRequest = (
  method: string,
  path: string,
  { token, body }: { token?: string; body?: unknown } = {},
): RawRequest => {
  const text = body === undefined ? '' : JSON.stringify(body)
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'accept: application/json',
    ...(token ? [`authorization: Bearer ${token}`] : []),
    ...(text ? ['content-type: application/json'] : []),
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN

/** Calls back once for each whole response on the socket, with its status. */
const readResponses = (socket: Socket, answered: (status: number) => void): void => {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = rest.toString('latin1', 0, end).toLowerCase()
      const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0)
      if (rest.length < end + 4 + length) return
      rest = rest.subarray(end + 4 + length)
      answered(Number(head.slice(9, 12)))
    }
  })
}

/** Sends requests for `durationMs` and waits for the last answers. */
export const runLoad = async (options: LoadOptions): Promise<LoadResult> => {
  const { port, connections, durationMs, rate, request } = options
  const latencies: number[] = []
  let refused = 0
  let sent = 0
  const started = performance.now()
  const over = started + durationMs

  const runConnection = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const between = rate === undefined ? 0 : (connections / rate) * 1000
      let due = started + (between * index) / connections
      const next = (): void => {
        if (rate !== undefined) due += between
        const now = performance.now()
        if (now >= over || (rate !== undefined && due >= over)) {
          socket.end()
          resolve()
        } else if (rate !== undefined && due > now) setTimeout(send, due - now)
        else send()
      }
      let from = 0
      const send = (): void => {
        from = rate === undefined ? performance.now() : due
        socket.write(request(sent++))
      }
      readResponses(socket, status => {
        latencies.push(performance.now() - from)
        if (status >= 400) refused += 1
        next()
      })
      socket.on('error', reject)
      socket.on('connect', next)
    })

  await Promise.all(Array.from({ length: connections }, (_, index) => runConnection(index)))
  const seconds = (performance.now() - started) / 1000
  latencies.sort((a, b) => a - b)
  return {
    answered: latencies.length,
    refused,
    perSecond: (latencies.length - refused) / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  }
}
