import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { WriteRequest, WriterOptions } from '../messages.ts'
import { openCommitter } from './committer.ts'

/** How long a batch waits for more, as long as more keeps coming. */
const maxGatherMs = 3
const gatherStepMs = 0.3

/** A core is free that long between two steps of a large write, for whoever else waits for one. */
const restMs = 1

export type WriterMessage =
  | { readonly kind: 'requests'; readonly requests: readonly WriteRequest[] }
  | { readonly kind: 'close' }

/** Takes requests from the event loop and writes them, batch by batch. */
export const serveWrites = (
  port: MessagePort,
  options: WriterOptions,
): ((message: WriterMessage) => void) => {
  const committer = openCommitter(options, {
    send: done => port.postMessage(done),
    receive: () => drain(),
  })
  const pause = new Int32Array(new SharedArrayBuffer(4))
  let isClosing = false
  let lastBatch = 0

  const take = (message: WriterMessage): number => {
    if (message.kind === 'close') {
      isClosing = true
      return 0
    }
    committer.add(message.requests)
    return message.requests.length
  }

  const drain = (): number => {
    let received = 0
    for (;;) {
      const next = receiveMessageOnPort(port) as { message: WriterMessage } | undefined
      if (next === undefined) return received
      received += take(next.message)
    }
  }

  /** Several callers write at once when the last batch held several writes: then a short wait saves flushes. */
  const gather = (): void => {
    if (options.maxBatch === 1 || lastBatch < 2) return
    const until = performance.now() + maxGatherMs
    while (!isClosing && performance.now() < until) {
      Atomics.wait(pause, 0, 0, gatherStepMs)
      if (drain() === 0) return
    }
  }

  const run = (): void => {
    drain()
    while (committer.waiting() > 0) {
      gather()
      lastBatch = committer.short()
      committer.commitBatch()
      committer.checkpoint()
      drain()
      if (committer.hasLarge() && committer.short() === 0) {
        Atomics.wait(pause, 0, 0, restMs)
        drain()
      }
    }
    if (!isClosing) return
    committer.close()
    port.postMessage({ kind: 'closed' })
  }

  return message => {
    take(message)
    run()
  }
}
