import { AppError } from '../../errors.ts'
import type { Change, Changes } from './changes.ts'

/** Bytes that wait for all readers together. */
export type Room = { bytes: number }

/** What waits for one reader. */
export type Queue = {
  readonly changes: Changes
  /** `isShared` when other readers are shown the same. */
  push(change: Change, isShared: boolean): void
  /** Counts an event that waits to be looked at, and lets it go again. */
  reserve(bytes: number): void
  spare(bytes: number): void
  /** Without an error what waits is still given out. */
  end(error?: unknown): void
  isOver(): boolean
}

const mostEvents = 10_000
const mostBytes = 16 * 1024 * 1024
/** Beyond this those readers end that let most wait. */
const mostBytesOfAll = 256 * 1024 * 1024
const mostBytesThen = 256 * 1024
/** What an event costs a reader who shares it with others. */
const sharedBytes = 100

/** A bounded queue: a reader for whom too much waits ends with `watchTooSlow`. */
export const openQueue = (room: Room, onEnd: () => void): Queue => {
  const controller = new AbortController()
  let ready: Change[] = []
  let readyBytes = 0
  let readyOfAll = 0
  let reserved = 0
  let reservedEvents = 0
  let isOver = false
  let failure: { readonly error: unknown } | undefined
  let wake: (() => void) | undefined

  const forget = (): void => {
    room.bytes -= readyOfAll
    ready = []
    readyBytes = 0
    readyOfAll = 0
  }

  const end = (error?: unknown): void => {
    if (isOver) return
    isOver = true
    reserved = 0
    if (error !== undefined) {
      failure = { error }
      forget()
    }
    onEnd()
    wake?.()
    controller.abort()
  }

  const checkRoom = (): void => {
    const events = ready.length + reservedEvents
    const bytes = readyBytes + reserved
    const isFull = events > mostEvents || (events > 1 && bytes > mostBytes)
    const isCrowded = room.bytes > mostBytesOfAll && bytes > mostBytesThen
    if (isFull || isCrowded) end(new AppError('watchTooSlow'))
  }

  const take = (): Change[] => {
    const taken = ready
    forget()
    return taken
  }

  const iterate = async function* (): AsyncGenerator<readonly Change[]> {
    try {
      for (;;) {
        if (ready.length > 0) yield take()
        else if (failure) throw failure.error
        else if (isOver) return
        else {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      }
    } finally {
      close()
    }
  }

  const close = (): void => {
    end()
    forget()
  }

  return {
    changes: {
      ended: controller.signal,
      close: async () => close(),
      [Symbol.asyncIterator]: iterate,
    },
    push: (change, isShared) => {
      if (isOver) return
      const bytes = change.text.length
      const ofAll = isShared ? sharedBytes : bytes
      ready.push(change)
      readyBytes += bytes
      readyOfAll += ofAll
      room.bytes += ofAll
      checkRoom()
      wake?.()
    },
    reserve: bytes => {
      reserved += bytes
      reservedEvents += 1
      checkRoom()
    },
    spare: bytes => {
      reserved -= bytes
      reservedEvents -= 1
    },
    end,
    isOver: () => isOver,
  }
}
