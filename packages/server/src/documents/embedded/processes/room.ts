import type { WriteRequest } from '../engine/messages.ts'

/** How much of one process may wait for the owner of a file. */
export type RoomOptions = {
  /** Default 5,000. */
  readonly mostWrites?: number
  /** Default 128 MiB. A write that is larger gets in when no other waits. */
  readonly mostBytes?: number
}

export type Room = {
  /** Takes a place for the write, if there is one, and answers how to give it back. */
  enter(request: Pick<WriteRequest, 'arguments' | 'documents'>): (() => void) | undefined
}

const sizeOf = ({ arguments: values, documents }: Parameters<Room['enter']>[0]): number =>
  documents.reduce((sum, document) => sum + document.byteLength, values.byteLength)

export const openRoom = ({ mostWrites = 5_000, mostBytes = 2 ** 27 }: RoomOptions = {}): Room => {
  let writes = 0
  let bytes = 0
  return {
    enter: request => {
      const size = sizeOf(request)
      if (writes >= mostWrites || (writes > 0 && bytes + size > mostBytes)) return undefined
      writes += 1
      bytes += size
      return () => {
        writes -= 1
        bytes -= size
      }
    },
  }
}
