import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import type { HttpContext } from '../context.ts'
import { requestEntry } from './request-entry.ts'

/** Whether a log-in went well or not, its entry is on the disk before it is answered. */
const isKept = new Set(['AUTH', 'API_KEY'])

/** Notes what a client's request did, in the one place where all of them end. */
export const noteRequests =
  (context: HttpContext): onSendHookHandler =>
  (request, reply, payload, done) => {
    const entry = requestEntry(request, reply, context)
    if (entry === undefined) return done(null, payload)
    const { activity } = context.deps
    request.vars.isNoted = true
    if (!isKept.has(entry.type)) {
      activity.note(entry)
      return done(null, payload)
    }
    void activity.keep(entry).then(() => done(null, payload))
  }

/** For what goes wrong once a stream is open: it passes no hook any more. */
export const noteStreamEnd = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: HttpContext,
): void => {
  if (request.vars.isNoted || request.vars.refusal === undefined) return
  const entry = requestEntry(request, reply, context)
  if (entry) context.deps.activity.note(entry)
}
