import { isUtf8 } from 'node:buffer'
import {
  callFunctionBody,
  clientPaths,
  errors,
  fromEjson,
  parseJson,
  positionEvent,
  stringifyEjson,
} from '@regent/protocol'
import type { Document } from 'bson'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Change, Changes } from '../../data/watch/changes.ts'
import type { App } from '../../domain/app.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { noteRefusal } from '../../http/errors.ts'
import { type EventStream, type Frame, openEventStream, toFrame } from '../../http/event-stream.ts'
import { functionRequest } from '../../http/function-request.ts'
import type { InFlight } from '../../http/in-flight.ts'
import { requireAccessToStream } from '../../http/require-session.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { type StreamCall, watchChanges } from '../../use-cases/functions/watch-changes.ts'

const standardBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/

const refuse = (detail: string, cause?: unknown): AppError =>
  new AppError('fieldInvalid', { detail: `'baas_request' ${detail}` }, { cause })

const readJson = (asked: unknown): unknown => {
  if (typeof asked !== 'string' || asked === '' || !standardBase64.test(asked)) {
    throw refuse('must be a call as JSON in standard base64, percent-encoded')
  }
  const bytes = Buffer.from(asked, 'base64')
  if (!isUtf8(bytes)) throw refuse('is not valid UTF-8')
  try {
    return parseJson(bytes.toString('utf8'))
  } catch (cause) {
    throw refuse(`is not a call: ${cause instanceof Error ? cause.message : ''}`, cause)
  }
}

/**
 * The call that a stream's address holds. A raw `+` is a space by the time it comes here, and refused.
 *
 * @throws `fieldInvalid`, `fieldMissing`
 * @see realm-core `app.cpp` (`make_streaming_request`), realm-web `FunctionsFactory.ts`
 */
const readCall = (request: FastifyRequest): Omit<StreamCall, 'claims'> => {
  const { baas_request: asked } = request.query as { readonly baas_request?: unknown }
  if (asked === undefined) throw new AppError('fieldMissing', { field: 'baas_request' })
  const { name, arguments: args = [], service } = readShape(callFunctionBody, readJson(asked))
  return {
    name,
    service: service ?? '',
    args: fromEjson(args) as unknown[],
    request: functionRequest(request),
  }
}

/** Text of changes that several streams carry, made once. */
const frames = new WeakMap<Change, Frame>()

const frameOf = (change: Change): Frame => {
  const known = frames.get(change)
  if (known !== undefined) return known
  const frame = toFrame(change.text)
  frames.set(change, frame)
  return frame
}

const errorFrame = ({ refusal, message }: AppError): Frame => {
  const { code } = errors[refusal]
  const error_code = code ?? 'InternalServerError'
  return toFrame(JSON.stringify({ error_code, error: message }), 'error')
}

const positionFrame = (token: Document): Frame =>
  toFrame(stringifyEjson({ _id: token }), positionEvent)

/** Sends changes until they end, or nobody takes them any more. */
const carry = async (
  changes: Changes,
  stream: EventStream,
  toLastWord: (error: unknown) => Frame,
): Promise<void> => {
  try {
    if (changes.position) await stream.send([positionFrame(changes.position)], changes.ended)
    for await (const batch of changes) {
      await stream.send(batch.map(frameOf), changes.ended)
      if (stream.gone.aborted) return
    }
    stream.end()
  } catch (error) {
    stream.end(toLastWord(error))
  } finally {
    await changes.close()
  }
}

/** Streams of changes: server-sent events for as long as the session lives. */
export const watchRoutes = (
  server: FastifyInstance,
  context: HttpContext,
  { leave }: Pick<InFlight, 'leave'>,
): void => {
  const { deps, streams } = context

  const open = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const app = request.vars.app as App
    const claims = request.vars.claims as AccessClaims
    const call = readCall(request)
    const place = streams.admit(claims.userId)
    reply.raw.once('close', place.leave)
    try {
      const changes = await watchChanges(deps, app, { ...call, claims })
      if (reply.raw.destroyed || request.raw.destroyed) return await changes.close()
      const stream = openEventStream(request, reply)
      leave(request)
      stream.gone.addEventListener('abort', () => void changes.close())
      const toLastWord = (error: unknown): Frame => errorFrame(noteRefusal(error, request, context))
      place.add({
        userId: claims.userId,
        sessionId: claims.sessionId,
        keepAlive: stream.keepAlive,
        end: error => {
          stream.end(error === undefined ? undefined : toLastWord(error))
          void changes.close()
        },
      })
      void carry(changes, stream, toLastWord)
    } catch (error) {
      place.leave()
      throw error
    }
  }

  server.get(
    clientPaths.callFunction(':appId'),
    { onRequest: requireAccessToStream(context), exposeHeadRoute: false },
    open,
  )
}
