import { type Exchange, fromAnswer, RegentError } from '../errors.ts'

/** The part of the standard `fetch` that the SDK needs. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** One request as it is sent. */
export type Call = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly bearer?: string
  /** The body. */
  readonly text: string | undefined
  readonly timeoutMs: number
}

const headersOf = ({ bearer, text }: Call): Record<string, string> => ({
  Accept: 'application/json',
  ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
  ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
})

/** Redirects are followed for the location alone: a password is never sent on to where an answer points. */
export const initOf = (call: Call): RequestInit => ({
  method: call.method,
  headers: headersOf(call),
  redirect: call.method === 'GET' && call.bearer === undefined ? 'follow' : 'manual',
  ...(call.text === undefined ? {} : { body: call.text }),
})

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) {
    return cause.errors[0].message
  }
  return (cause instanceof Error ? cause.message : '') || error.message || 'Unknown'
}

/** The error for a request that got no answer. */
export const notAnswered = (
  { method, url }: Pick<Call, 'method' | 'url'>,
  error: unknown,
): RegentError =>
  new RegentError({
    code: 'CustomError',
    message: `request to ${url} failed, reason: ${reasonOf(error)}`,
    exchange: { method, url },
    cause: error,
  })

export const exchangeOf = (
  { method, url }: Pick<Call, 'method' | 'url'>,
  response: Response,
): Exchange => {
  const requestId = response.headers.get('x-appservices-request-id')
  return {
    method,
    url,
    statusCode: response.status,
    statusText: response.statusText,
    ...(requestId === null ? {} : { requestId }),
  }
}

export const parse = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The error for an answer that is no success. */
export const refused = (text: string, details: Exchange): RegentError => {
  const parsed = text === '' ? undefined : parse(text)
  return fromAnswer(parsed ? parsed.value : text, details)
}
