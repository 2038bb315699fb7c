import { AppError } from '../errors.ts'
import { putHashingBehind } from './hash-threads.ts'

/** Runs work on the threads that hash, a bounded number at a time and in order. */
export type SlotQueue = {
  /** @throws `overloaded` when too many wait already, or the queue is closed. */
  run<T>(task: () => Promise<T>): Promise<T>
  /** Work under way, and work that waits. */
  load(): { readonly running: number; readonly waiting: number }
  /** Waits for what is under way; what is asked afterwards is refused. */
  close(): Promise<void>
}

export const openSlotQueue = (slots: number, longest: number): SlotQueue => {
  const waiting: (() => void)[] = []
  let running = 0
  let isPutBehind = false
  let closed = false
  let whenIdle: (() => void) | undefined

  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
    if (running === 0) whenIdle?.()
  }

  const enter = (): Promise<void> | undefined => {
    if (closed || (running >= slots && waiting.length >= longest)) throw new AppError('overloaded')
    if (running >= slots) return new Promise(resolve => waiting.push(resolve))
    running += 1
    return undefined
  }

  return {
    run: async task => {
      await enter()
      try {
        const outcome = task()
        // The threads are there since the first task.
        if (!isPutBehind) putHashingBehind()
        isPutBehind = true
        return await outcome
      } finally {
        leave()
      }
    },
    load: () => ({ running, waiting: waiting.length }),
    close: async () => {
      closed = true
      if (running > 0) await new Promise<void>(resolve => (whenIdle = resolve))
    },
  }
}
