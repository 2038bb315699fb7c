import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { setHeaders } from './headers.ts'

/** The lines of one server-sent event, as bytes. */
export type Frame = Buffer

/**
 * An event whose data is text. Clients replace `%25`, `%0A` and `%0D`, and leave everything else as it is.
 *
 * @see realm-core `mongo_collection.cpp` (`WatchStream::feed_line`), realm-web `WatchStream.ts`
 */
export const toFrame = (text: string, event?: string): Frame => {
  const encoded = text.replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll('\r', '%0D')
  return Buffer.from(`${event === undefined ? '' : `event: ${event}\n`}data: ${encoded}\n\n`)
}

const comment = Buffer.from(':\n\n')

/** Server-sent events on one response. */
export type EventStream = {
  /** Resolves once more may be sent, or `until` is aborted, or nobody is there any more. */
  send(frames: readonly Frame[], until: AbortSignal): Promise<void>
  keepAlive(): void
  /** Sends what is left and ends the response; a peer that does not take it is cut off. */
  end(last?: Frame): void
  /** Aborted when the peer is gone. */
  readonly gone: AbortSignal
}

/** How long a peer may take nothing of what is there for it. */
const blockedMs = 60_000
const lastWordMs = 10_000

const drained = (raw: ServerResponse, signals: readonly AbortSignal[]): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      raw.off('drain', done)
      for (const signal of signals) signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(() => raw.destroy(), blockedMs).unref()
    raw.once('drain', done)
    for (const signal of signals) {
      if (signal.aborted) return done()
      signal.addEventListener('abort', done, { once: true })
    }
  })

/** Answers with a stream; headers go out at once. From here on the framework leaves the response alone. */
export const openEventStream = (request: FastifyRequest, reply: FastifyReply): EventStream => {
  const { raw } = reply
  const controller = new AbortController()
  reply.hijack()
  reply.header('content-type', 'text/event-stream')
  reply.header('x-accel-buffering', 'no')
  setHeaders(request, reply, true)
  raw.writeHead(200, reply.getHeaders() as Record<string, string>)
  raw.write(comment)
  raw.on('close', () => controller.abort())
  raw.on('error', () => raw.destroy())

  return {
    send: async (frames, until) => {
      for (const frame of frames) {
        if (controller.signal.aborted) return
        if (!raw.write(frame) && !until.aborted) await drained(raw, [until, controller.signal])
      }
    },
    keepAlive: () => {
      if (!raw.writableNeedDrain && !raw.writableEnded) raw.write(comment)
    },
    end: last => {
      if (raw.writableEnded || raw.destroyed) return
      raw.end(last)
      const timer = setTimeout(() => raw.destroy(), lastWordMs).unref()
      raw.once('close', () => clearTimeout(timer))
    },
    gone: controller.signal,
  }
}
