import type { MessagePort } from 'node:worker_threads'
import { splitDocuments } from '../../documents/embedded/engine/decode.ts'
import { toFailureMessage } from '../../documents/embedded/engine/failure.ts'
import { fromBytes, fromBytesPromoted, toBytes } from '../../documents/embedded/values/bytes.ts'
import { joinBytes } from './join-bytes.ts'
import { maxDocuments } from './limits.ts'
import type { ViewDone, ViewJob } from './messages.ts'
import { prepare, type Request } from './over-documents.ts'

class TooLarge extends Error {}

/** Texts, lists and documents that grew beyond what JavaScript or BSON can hold. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof TooLarge ||
  error instanceof RangeError ||
  (error instanceof Error && error.cause instanceof RangeError)

/** Order, limits and the time are read as plain values, all else in BSON classes. */
const readRequest = (bytes: Uint8Array): Request => {
  const { sort, skip, limit, nowMs } = fromBytesPromoted(bytes)
  const plain = Object.entries({ sort, skip, limit, nowMs }).filter(([, value]) => value != null)
  return { ...fromBytes(bytes), ...Object.fromEntries(plain) } as Request
}

const answer = ({ request, documents, maxResultBytes }: ViewJob): Uint8Array => {
  const run = prepare(readRequest(request))
  const parts: Uint8Array[] = []
  let size = 0
  for (const document of run(splitDocuments(documents).map(fromBytes))) {
    const bytes = toBytes(document)
    size += bytes.length
    if (parts.length > maxDocuments || size > maxResultBytes) throw new TooLarge()
    parts.push(bytes)
  }
  return joinBytes(parts)
}

/** Does one job after the other. */
export const serveViews = (port: MessagePort): void => {
  const send = (done: ViewDone, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(done, transfer)

  port.on('message', (job: ViewJob) => {
    const { id } = job
    try {
      const documents = answer(job)
      send({ kind: 'done', id, documents }, [documents.buffer as ArrayBuffer])
    } catch (error) {
      if (isTooLarge(error)) send({ kind: 'large', id })
      else send({ kind: 'failed', id, failure: toFailureMessage(error) })
    }
  })
  send({ kind: 'ready' })
}
