import type { FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify'
import type { HttpContext } from '../context.ts'
import { endAction } from './audit-requests.ts'
import { requestEntry } from './request-entry.ts'

/** Whether a log-in went well or not, its entry is on the disk before it is answered. */
const isKept = new Set(['AUTH', 'API_KEY'])

/** What the answer has to wait for, if anything. */
const note = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: HttpContext,
): Promise<void> | undefined => {
  const ending = endAction(request, reply, context)
  if (ending !== undefined) return ending
  const entry = requestEntry(request, reply, context)
  if (entry === undefined) return undefined
  const { activity } = context.deps
  request.vars.isNoted = true
  if (isKept.has(entry.type)) return activity.keep(entry)
  activity.note(entry)
  return undefined
}

/** Notes what a request did, in the one place where all of them end: for the log of its app, or the audit trail. */
export const noteRequests =
  (context: HttpContext): onSendHookHandler =>
  (request, reply, payload, done) => {
    const noted = note(request, reply, context)
    if (noted === undefined) return done(null, payload)
    void noted.then(() => done(null, payload))
  }

/** For what goes wrong once a stream is open, and for answers that pass no hook. */
export const noteStreamEnd = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: HttpContext,
): void => {
  const { vars } = request
  if (!vars.isNoted && (vars.refusal !== undefined || vars.action))
    void note(request, reply, context)
}
