import type { FastifyRequest, onRequestHookHandler, preHandlerHookHandler } from 'fastify'
import { AppError } from '../errors.ts'
import { logAccess } from './access-log.ts'
import { openMeasuring } from './activity/measure.ts'
import { noteStreamEnd } from './activity/note-requests.ts'
import type { HttpContext } from './context.ts'
import { giveBack } from './held.ts'
import { newVars } from './vars.ts'

/** Follows each request from its headers to the end of its response. */
export type InFlight = {
  /** For every request: prepares what guards leave on it, and logs it when it is over. */
  readonly begin: onRequestHookHandler
  /**
   * For requests that cost something, once their body is there: a slow sender takes no place.
   *
   * @throws `overloaded` when too many are worked on.
   */
  readonly admit: preHandlerHookHandler
  /** For a request whose answer goes on without work, as a stream does: it takes a place no longer. */
  readonly leave: (request: FastifyRequest) => void
  readonly count: () => number
}

export const openInFlight = (context: HttpContext): InFlight => {
  const { maxInFlight } = context.deps.config
  const measure = openMeasuring(context)
  let count = 0
  const leave: InFlight['leave'] = ({ vars }) => {
    if (vars.isInFlight) count--
    vars.isInFlight = false
  }
  return {
    begin: (request, reply, done) => {
      request.vars = newVars()
      reply.raw.once('close', () => {
        leave(request)
        giveBack(request)
        logAccess(request, reply, context)
        measure(request, reply)
        noteStreamEnd(request, reply, context)
      })
      done()
    },
    admit: (request, _reply, done) => {
      if (count >= maxInFlight) throw new AppError('overloaded')
      request.vars.isInFlight = true
      count++
      done()
    },
    leave,
    count: () => count,
  }
}
