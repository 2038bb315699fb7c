import { type FastifyInstance, fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Deps } from '../../src/deps.ts'
import { DocumentsError } from '../../src/documents/error.ts'
import { openBaseUrl } from '../../src/http/base-url.ts'
import { openBodies } from '../../src/http/bodies.ts'
import type { HttpContext } from '../../src/http/context.ts'
import { openErrorReply } from '../../src/http/errors.ts'
import { headersHook } from '../../src/http/headers.ts'
import { openStreams } from '../../src/http/streams.ts'
import { newVars } from '../../src/http/vars.ts'
import { openLog } from '../../src/log.ts'

/** A server whose one path throws; it has the hooks of every server. */
const serverThatThrows = (error: unknown): { server: FastifyInstance; lines: string[] } => {
  const lines: string[] = []
  const config = { ...readConfig({}), publicUrl: 'https://auth.example' }
  const log = openLog({ level: 'info', to: { write: line => void lines.push(line) } })
  const context: HttpContext = {
    deps: { config, log } as Deps,
    baseUrl: openBaseUrl(config.publicUrl, config),
    projectId: '0'.repeat(24),
    operators: {} as HttpContext['operators'],
    bodies: openBodies({ heldDataMib: 1 }),
    streams: openStreams({ maxWatches: 1, maxWatchesPerUser: 1 }),
    isStopping: () => false,
  }
  const server = fastify({ genReqId: () => '1'.repeat(24) })
  server.decorateRequest('vars')
  server.addHook('onRequest', (request, _reply, done) => {
    request.vars = newVars()
    done()
  })
  server.addHook('onSend', headersHook(context))
  server.setErrorHandler(openErrorReply(context))
  server.get('/', () => {
    throw error
  })
  return { server, lines }
}

const link = `https://auth.example/groups/${'0'.repeat(24)}/logs?co_id=${'1'.repeat(24)}`
const token = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln'

describe('an error that is no fact for the client', () => {
  it('is answered as internal, and logged with its cause but without tokens', async () => {
    const cause = new Error(`could not parse ${token} of /x?token=abc123&a=1`)
    const { server, lines } = serverThatThrows(new Error('bug in the code', { cause }))

    const { statusCode, headers, body } = await server.inject('/')

    expect(statusCode).toBe(500)
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(body)).toEqual({
      error: 'internal server error',
      error_code: 'InternalServerError',
      link,
    })
    const log = lines.join('')
    expect(log).toContain('bug in the code')
    expect(log).toContain('could not parse [token] of /x?token=[secret]&a=1')
    expect(log).not.toContain(token)
    expect(log).toContain('1'.repeat(24))
  })

  it('is answered 503 when the store takes no writes for now', async () => {
    const { server, lines } = serverThatThrows(
      new DocumentsError('Unavailable', 'the disk that holds /data/system.db is full'),
    )

    const { statusCode, headers, body } = await server.inject('/')

    expect(statusCode).toBe(503)
    expect(headers['retry-after']).toBe('1')
    expect(JSON.parse(body)).toEqual({
      error: 'the store cannot take writes now, try again',
      link,
    })
    expect(lines.join('')).toContain('the disk that holds /data/system.db is full')
  })

  it('may be anything that can be thrown', async () => {
    for (const thrown of ['text', undefined, null, 7, { statusCode: 200, message: 'x' }]) {
      const { server } = serverThatThrows(thrown)
      expect((await server.inject('/')).statusCode).toBe(500)
    }
  })
})
