import { DocumentsError } from '../../../error.ts'
import type { Lane, ReadOutcome, ReadRequest } from '../messages.ts'
import { openReaderLane } from './reader-lane.ts'

export type Readers = {
  read(lane: Lane, request: Omit<ReadRequest, 'id'>): Promise<ReadOutcome>
  close(): Promise<void>
}

/** Reads beyond this many are refused at once instead of waiting for ever. */
const maxWaiting = 2_000

/** Two reader threads: one for reads through an index, one for everything that may take its time. */
export const openReaders = (path: string): Readers => {
  const slow = openReaderLane({
    path,
    lane: 'slow',
    onSlow: ({ reject }) =>
      reject(new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit')),
  })
  const quick = openReaderLane({ path, lane: 'quick', onSlow: slow.add })
  let lastId = 0
  let isClosed = false

  return {
    read: (lane, request) => {
      const chosen = lane === 'quick' ? quick : slow
      if (isClosed) return Promise.reject(new DocumentsError('Unavailable', 'the store is closed'))
      if (chosen.size() >= maxWaiting) {
        return Promise.reject(new DocumentsError('Unavailable', 'too many reads are waiting'))
      }
      lastId += 1
      const numbered = { ...request, id: lastId }
      return new Promise((resolve, reject) => {
        chosen.add({ request: numbered, resolve, reject })
      })
    },
    close: async () => {
      isClosed = true
      await Promise.all([quick.close(), slow.close()])
    },
  }
}
