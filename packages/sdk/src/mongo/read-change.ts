import { positionEvent } from '@regent/protocol/watch'
import { fromExtendedJson } from '../bson.ts'
import { fromAnswer, RegentError } from '../errors.ts'
import { parse } from '../http/exchange.ts'
import type { StreamEvent } from './event-reader.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a server-sent event tells. */
export type Told = {
  /** Where the stream is, in extended JSON as the server sent it. */
  readonly position: unknown
  /** `undefined` when that is all. */
  readonly change: Fields | undefined
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const malformed = (data: string, cause?: unknown): RegentError => {
  const message = `server returned malformed event: ${data.slice(0, 500)}`
  return new RegentError({ code: 'BadBsonParse', message, cause })
}

/** @see realm-core `WatchStream::feed_sse`, also for an error that cannot be read */
const errorOf = (data: string, url: string): RegentError => {
  const body = parse(data)?.value
  const exchange = { method: 'GET', url }
  const isReadable =
    isObject(body) && typeof body.error === 'string' && typeof body.error_code === 'string'
  if (isReadable) return fromAnswer(body, exchange)
  return new RegentError({ code: 'AppUnknownError', message: data, exchange })
}

/**
 * Reads an event of a stream of changes; `undefined` for one of a type that is not known.
 *
 * @throws RegentError for an event that is an error, and for one that cannot be read
 */
export const readChange = ({ type, data }: StreamEvent, url: string): Told | undefined => {
  if (type === 'error') throw errorOf(data, url)
  const isChange = type === '' || type === 'message'
  if (!isChange && type !== positionEvent) return undefined
  const body = parse(data)?.value
  if (!isObject(body)) throw malformed(data)
  if (!isChange) return { position: body._id, change: undefined }
  try {
    return { position: body._id, change: fromExtendedJson(body) as Fields }
  } catch (cause) {
    throw malformed(data, cause)
  }
}
