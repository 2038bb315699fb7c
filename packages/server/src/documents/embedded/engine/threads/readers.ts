import { DocumentsError } from '../../../error.ts'
import { openFairQueue } from '../../../fair-queue.ts'
import type { Lane, ReadOutcome, ReadRequest } from '../messages.ts'
import { openReaderLane, type ReaderLane, type ReadJob } from './reader-lane.ts'

export type Readers = {
  /** Reads of one owner take turns with those of others; `undefined` is the server itself. */
  read(
    lane: Lane,
    request: Omit<ReadRequest, 'id'>,
    owner?: string | undefined,
  ): Promise<ReadOutcome>
  close(): Promise<void>
}

type LineOptions = {
  readonly threads: number
  /** Reads that a thread is given before it has ended one, so that it never waits for the event loop. */
  readonly ahead: number
  /** Of them all, how many one owner may have. The server itself may have all. */
  readonly mostOfOne: number
}

const lines: Readonly<Record<Lane, LineOptions>> = {
  quick: { threads: 1, ahead: 8, mostOfOne: 3 },
  /** Each for another owner: who keeps one busy for seconds leaves the others. */
  slow: { threads: 3, ahead: 1, mostOfOne: 1 },
}

/** Reads beyond this many are refused at once instead of waiting for ever. */
const maxWaiting = 2_000
const maxWaitingOfOne = 500

const serverItself = ''

type Line = {
  add(job: ReadJob): void
  /** True when a read of that owner would wait behind too many. */
  isFull(owner: string | undefined): boolean
  close(): Promise<void>
}

/** The threads of one kind, and what waits for them. */
const openLine = (
  path: string,
  { lane, onSlow }: { readonly lane: Lane; onSlow(job: ReadJob): void },
): Line => {
  const { threads: count, ahead, mostOfOne } = lines[lane]
  const queue = openFairQueue<ReadJob>()
  const threads: ReaderLane[] = []

  const findFree = (): ReaderLane | undefined =>
    threads.reduce<ReaderLane | undefined>((least, thread) => {
      if (thread.size() >= ahead) return least
      return least === undefined || thread.size() < least.size() ? thread : least
    }, undefined)

  const mayGo = (_: string, { owner }: ReadJob): boolean => {
    if (owner === undefined) return true
    return threads.reduce((sum, thread) => sum + thread.sizeOf(owner), 0) < mostOfOne
  }

  const handOut = (): void => {
    if (queue.size() === 0) return
    for (let thread = findFree(); thread !== undefined; thread = findFree()) {
      const job = queue.take(mayGo)
      if (job === undefined) return
      thread.add(job)
    }
  }

  while (threads.length < count) {
    threads.push(openReaderLane({ path, lane, onSlow, onRoom: handOut }))
  }

  return {
    add: job => {
      queue.add(job.owner ?? serverItself, job)
      handOut()
    },
    isFull: owner =>
      queue.size() >= maxWaiting || (owner !== undefined && queue.sizeOf(owner) >= maxWaitingOfOne),
    close: async () => {
      for (const { reject } of queue.clear()) {
        reject(new DocumentsError('Unavailable', 'the store is closed'))
      }
      await Promise.all(threads.map(thread => thread.close()))
    },
  }
}

/** Threads that read: one for reads through an index, and few for everything that may take its time. */
export const openReaders = (path: string): Readers => {
  const slow = openLine(path, {
    lane: 'slow',
    onSlow: ({ reject }) =>
      reject(new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit')),
  })
  const quick = openLine(path, { lane: 'quick', onSlow: slow.add })
  let lastId = 0
  let isClosed = false

  return {
    read: (lane, request, owner) => {
      const line = lane === 'quick' ? quick : slow
      if (isClosed) return Promise.reject(new DocumentsError('Unavailable', 'the store is closed'))
      if (line.isFull(owner)) {
        return Promise.reject(new DocumentsError('Unavailable', 'too many reads are waiting'))
      }
      lastId += 1
      const numbered = { ...request, id: lastId }
      return new Promise((resolve, reject) => {
        line.add({ request: numbered, owner, resolve, reject })
      })
    },
    close: async () => {
      isClosed = true
      await Promise.all([quick.close(), slow.close()])
    },
  }
}
