import { clientPaths } from '@regent/protocol/paths'
import { readBaseUrl } from './base-url.ts'
import { type Exchange, fromAnswer, RegentError } from './errors.ts'

/** The part of the standard `fetch` that the SDK needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path with query, from the root. */
  readonly path: string
  /** Access or refresh token. */
  readonly bearer?: string
  /** BSON values; sent as canonical extended JSON. */
  readonly body?: Readonly<Record<string, unknown>>
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

type Call = {
  readonly method: Request['method']
  readonly url: string
  readonly bearer?: string
  /** The body as it is sent. */
  readonly text: string | undefined
  readonly timeoutMs: number
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) {
    return cause.errors[0].message
  }
  return (cause instanceof Error ? cause.message : '') || error.message || 'Unknown'
}

const headersOf = ({ bearer, text }: Call): Record<string, string> => ({
  Accept: 'application/json',
  ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
  ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
})

/** Redirects are followed for the location alone: a password is never sent on to where an answer points. */
const initOf = (call: Call): RequestInit => ({
  method: call.method,
  headers: headersOf(call),
  redirect: call.method === 'GET' && call.bearer === undefined ? 'follow' : 'manual',
  signal: AbortSignal.timeout(call.timeoutMs),
  ...(call.text === undefined ? {} : { body: call.text }),
})

/**
 * The writer is loaded with the first body: a program does not need it to start.
 *
 * @throws TypeError for what cannot be written
 */
const write = async (body: Request['body']): Promise<string | undefined> => {
  if (body === undefined) return undefined
  const { toEjson } = await import('@regent/protocol/ejson-write')
  try {
    return JSON.stringify(toEjson(body))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const message = 'Expected BSON values, got one that contains itself or is nested too deeply'
    throw new TypeError(message, { cause })
  }
}

const answerOf = async (
  fetch: Fetch,
  call: Call,
): Promise<{ response: Response; text: string }> => {
  try {
    const response = await fetch(call.url, initOf(call))
    return { response, text: await response.text() }
  } catch (error) {
    throw new RegentError({
      code: 'CustomError',
      message: `request to ${call.url} failed, reason: ${reasonOf(error)}`,
      exchange: { method: call.method, url: call.url },
      cause: error,
    })
  }
}

const exchangeOf = (call: Call, response: Response): Exchange => {
  const requestId = response.headers.get('x-appservices-request-id')
  return {
    method: call.method,
    url: call.url,
    statusCode: response.status,
    statusText: response.statusText,
    ...(requestId === null ? {} : { requestId }),
  }
}

const parse = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const exchange = async (fetch: Fetch, call: Call): Promise<unknown> => {
  const { response, text } = await answerOf(fetch, call)
  const parsed = text === '' ? undefined : parse(text)
  const details = exchangeOf(call, response)
  if (!response.ok) throw fromAnswer(parsed ? parsed.value : text, details)
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
      const text = await write(body)
      const host = await locate()
      onSend?.()
      const call = { timeoutMs: options.timeoutMs, ...request, text, url: `${host}${path}` }
      const answer = await exchange(fetch, call)
      onSuccess()
      return answer
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
