import { isUtf8 } from 'node:buffer'
import { type JsonLimits, parseJson } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'

const jsonType = /^application\/(?:[\w.+-]*\+)?json\b|^application\/ejson\b/i

/** Named beside `*` because the framework finds a parser by name at once, and takes other types apart each time. */
const usualType = 'application/json'

/** @throws `bodyUnreadable` (via `JsonError`) for what is no JSON, goes beyond the limits or is not UTF-8. */
const readJson = (body: Buffer, limits: JsonLimits): unknown => {
  if (body.length === 0) return undefined
  if (!isUtf8(body)) throw new AppError('bodyUnreadable', { detail: 'not valid UTF-8' })
  return parseJson(body.toString('utf8'), limits)
}

/**
 * Reads bodies as JSON whatever parameters their type carries, and without a type too. An empty body is
 * `undefined`: native SDKs send `application/json;charset=utf-8` with every request, body or not.
 *
 * @see realm-core `app.cpp` (`get_request_headers`)
 */
export const takeJson = (server: FastifyInstance, limits: JsonLimits = {}): void => {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser([usualType, '*'], { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const type = request.headers['content-type'] ?? ''
      if (body.length > 0 && type !== '' && !jsonType.test(type))
        throw new AppError('bodyTypeWrong', { type })
      done(null, readJson(body as Buffer, limits))
    } catch (error) {
      done(error as Error)
    }
  })
}
