import { RegentError } from '../errors.ts'
import { type Call, exchangeOf, type Fetch, notAnswered, refused } from './exchange.ts'

export type StreamRequest = {
  /** Path with query, from the root. */
  readonly path: string
  /** Access token. */
  readonly bearer?: string
  /** Aborted when nobody wants the stream any more. */
  readonly signal: AbortSignal
}

export type OpenStream = {
  readonly url: string
  /**
   * The next bytes, `undefined` after the last. Nothing is read that is not asked for, so that a server sees when
   * somebody is slow.
   *
   * @throws RegentError (4000) when the connection is lost, which long silence is too
   */
  readonly read: () => Promise<Uint8Array | undefined>
  /** Closes the connection. May be called twice. */
  readonly close: () => void
}

/** A server says something more often than this, if only that it is there. */
const silenceMs = 75_000

const timedOut = (): DOMException =>
  new DOMException('The operation was aborted due to timeout', 'TimeoutError')

/** Aborts when the work takes longer. */
const within = async <T>(
  milliseconds: number,
  controller: AbortController,
  work: () => Promise<T>,
): Promise<T> => {
  const timer = setTimeout(() => controller.abort(timedOut()), milliseconds)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}

const headersOf = (bearer: string | undefined): Record<string, string> => ({
  Accept: 'text/event-stream',
  ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
})

type Body = ReadableStream<Uint8Array>

/** @throws RegentError for an answer that is no stream */
const bodyOf = async (call: Pick<Call, 'method' | 'url'>, response: Response): Promise<Body> => {
  const exchange = exchangeOf(call, response)
  if (!response.ok) throw refused(await response.text(), exchange)
  const type = response.headers.get('content-type') ?? 'nothing'
  if (response.body && type.startsWith('text/event-stream')) return response.body
  const message = `expected a stream of events from ${call.url}, got ${type}`
  throw new RegentError({ code: 'HTTPError', message, exchange })
}

export type StreamCall = Omit<StreamRequest, 'path'> & {
  readonly url: string
  /** Milliseconds until the stream must be open. */
  readonly timeoutMs: number
}

/**
 * Asks for a stream of server-sent events.
 *
 * @throws RegentError when the server answers otherwise, or not at all
 */
export const openStream = async (
  fetch: Fetch,
  { url, bearer, timeoutMs, signal }: StreamCall,
): Promise<OpenStream> => {
  const call = { method: 'GET', url } as const
  const controller = new AbortController()
  const close = (): void => {
    signal.removeEventListener('abort', close)
    controller.abort()
  }
  signal.addEventListener('abort', close)
  if (signal.aborted) close()
  try {
    const init = {
      headers: headersOf(bearer),
      redirect: 'manual',
      signal: controller.signal,
    } as const
    const body = await within(timeoutMs, controller, async () =>
      bodyOf(call, await fetch(url, init)),
    )
    const reader = body.getReader()
    const read = async (): Promise<Uint8Array | undefined> => {
      try {
        return (await within(silenceMs, controller, () => reader.read())).value
      } catch (error) {
        throw notAnswered(call, error)
      }
    }
    return { url, read, close }
  } catch (error) {
    close()
    throw error instanceof RegentError ? error : notAnswered(call, error)
  }
}
