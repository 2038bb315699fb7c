import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import type { MessagePort } from 'node:worker_threads'
import { toDocumentsError, toFailureMessage } from '../failure.ts'
import type { ReadDone, ReaderOptions, ReadRequest } from '../messages.ts'
import { openMeter, ReadMoved } from './meter.ts'
import { runRead } from './run.ts'
import { openSnapshots, type Snapshots } from './snapshot.ts'

/** Lets long reads have only the processor time that nobody else wants (Linux gives each thread its own priority). */
const stepBack = (): void => {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, Math.min(19, getPriority() + 15))
  } catch {
    // Elsewhere the thread runs as any other.
  }
}

/** Answers reads one after the other. */
export const serveReads = (
  port: MessagePort,
  { path, lane }: ReaderOptions,
): ((message: ReadRequest | { readonly kind: 'close' }) => void) => {
  if (lane === 'slow') stepBack()
  let snapshots: Snapshots | undefined

  const answer = (done: ReadDone, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(done, transfer)

  const run = (request: ReadRequest): void => {
    const { id } = request
    try {
      snapshots ??= openSnapshots(path)
      const outcome = snapshots.read(snapshot =>
        runRead(request, { snapshot, meter: openMeter(request, lane) }),
      )
      answer({ kind: 'done', id, outcome }, [outcome.documents.buffer as ArrayBuffer])
    } catch (error) {
      if (error instanceof ReadMoved) answer({ kind: 'moved', id })
      else answer({ kind: 'failed', id, failure: toFailureMessage(toDocumentsError(error, path)) })
    }
  }

  answer({ kind: 'ready' })
  return message => {
    if (!('kind' in message)) {
      run(message)
      return
    }
    snapshots?.close()
    port.postMessage({ kind: 'closed' })
  }
}
