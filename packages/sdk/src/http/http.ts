import { clientPaths } from '@regent/protocol/paths'
import { readBaseUrl } from '../base-url.ts'
import { RegentError } from '../errors.ts'
import { writeBody } from './body.ts'
import {
  type Call,
  exchangeOf,
  type Fetch,
  initOf,
  notAnswered,
  parse,
  refused,
} from './exchange.ts'
import type { OpenStream, StreamRequest } from './stream.ts'

export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with query, from the root. */
  readonly path: string
  /** Access or refresh token. */
  readonly bearer?: string
  /** BSON values, sent as canonical extended JSON; or the JSON text itself. */
  readonly body?: Readonly<Record<string, unknown>> | string
  /** Default: the timeout of the app. */
  readonly timeoutMs?: number
  /** Called when the request is handed to `fetch`. */
  readonly onSend?: () => void
}

export type Http = {
  /**
   * The parsed JSON of a successful answer, `undefined` for an empty one. The first call asks the server for its
   * location, and all later ones go there; a location that cannot be had is asked for again by the next call.
   *
   * @throws RegentError for any other answer, and (4000) when none came
   * @throws TypeError for a body that cannot be written as extended JSON
   */
  readonly send: (request: Request) => Promise<unknown>
  /**
   * A stream of server-sent events that the server has opened.
   *
   * @throws RegentError when it answers otherwise, or no answer came in the time that a request may take
   */
  readonly open: (request: StreamRequest) => Promise<OpenStream>
  readonly baseUrl: () => string
  /** Keeps the old address when the new one gives no location. */
  readonly updateBaseUrl: (url: string | null) => Promise<void>
}

export type HttpOptions = {
  readonly appId: string
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly fetch: Fetch
  /** Called after each successful request except the location. */
  readonly onSuccess: () => void
}

const answerOf = async (
  fetch: Fetch,
  call: Call,
): Promise<{ response: Response; text: string }> => {
  try {
    const signal = AbortSignal.timeout(call.timeoutMs)
    const response = await fetch(call.url, { ...initOf(call), signal })
    return { response, text: await response.text() }
  } catch (error) {
    throw notAnswered(call, error)
  }
}

const exchange = async (fetch: Fetch, call: Call): Promise<unknown> => {
  const { response, text } = await answerOf(fetch, call)
  const details = exchangeOf(call, response)
  if (!response.ok) throw refused(text, details)
  const parsed = text === '' ? undefined : parse(text)
  if (text === '' || parsed) return parsed?.value
  const message = `malformed JSON from ${call.url}`
  throw new RegentError({ code: 'MalformedJson', message, exchange: details })
}

/**
 * A string field of an answer.
 *
 * @throws RegentError `MissingJsonKey` (4202)
 */
export const readField = (answer: unknown, name: string): string => {
  const value = (answer as Record<string, unknown> | null | undefined)?.[name]
  if (typeof value === 'string') return value
  const message = `missing '${name}' in the server's answer`
  throw new RegentError({ code: 'MissingJsonKey', message })
}

/** Speaks HTTP with one app's server. */
export const createHttp = (options: HttpOptions): Http => {
  const { appId, fetch, onSuccess } = options
  let baseUrl = options.baseUrl
  let location: Promise<string> | undefined

  const findLocation = async (base: string): Promise<string> => {
    const url = `${base}${clientPaths.location(appId)}`
    const { timeoutMs } = options
    const answer = await exchange(fetch, { method: 'GET', url, text: undefined, timeoutMs })
    return readField(answer, 'hostname').replace(/\/+$/, '') || base
  }

  const locate = (): Promise<string> => {
    const found = location ?? findLocation(baseUrl)
    location = found
    found.catch(() => {
      if (location === found) location = undefined
    })
    return found
  }

  return {
    send: async ({ path, onSend, body, ...request }) => {
      const text = typeof body === 'object' ? writeBody(body) : body
      const host = await locate()
      onSend?.()
      const call = { timeoutMs: options.timeoutMs, ...request, text, url: `${host}${path}` }
      const answer = await exchange(fetch, call)
      onSuccess()
      return answer
    },
    open: async request => {
      const { openStream } = await import('./stream.ts')
      const url = `${await locate()}${request.path}`
      const opened = await openStream(fetch, { ...request, url, timeoutMs: options.timeoutMs })
      onSuccess()
      return opened
    },
    baseUrl: () => baseUrl,
    updateBaseUrl: async url => {
      const wanted = readBaseUrl(url)
      const host = await findLocation(wanted)
      baseUrl = wanted
      location = Promise.resolve(host)
    },
  }
}
