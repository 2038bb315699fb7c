import type { ResourceLimits, Worker } from 'node:worker_threads'

/**
 * What V8 may take beyond a thread's limit before it ends the whole process, as it does when one allocation does not
 * fit: the limit itself is kept by measuring, and ends the thread alone.
 */
const roomMib = 3_072
/** More than the limit, times this, is too much at once. */
export const surelyTooMuch = 2
/** More than the limit for so long is too much: a part may be garbage, and that shows within moments. */
const aboveAtMostMs = 2_000
/** Who was not measured for so long does other work by now. */
const staleMs = 500

/** What is looked at from then on: work that takes longer may also take much memory. */
export const measuredFromMs = 15

export const memoryLimits = (memoryMib: number): ResourceLimits => ({
  maxOldGenerationSizeMb: memoryMib + roomMib,
  stackSizeMb: 4,
})

/** True when V8 itself ended a thread. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

/** The memory of one thread, heap and buffers, against its limit. */
export type ThreadMemory = {
  /** Measures, also while the thread is in a loop without end, and calls back when it is too much. */
  measure(onTooMuch: () => void): void
}

export const watchMemory = (worker: Worker, memoryMib: number): ThreadMemory => {
  let isMeasuring = false
  let aboveSince: number | undefined
  let measuredAt = 0

  const used = async (): Promise<number> => {
    try {
      const { used_heap_size, external_memory } = await worker.getHeapStatistics()
      return used_heap_size + external_memory
    } catch {
      // It has ended meanwhile.
      return 0
    }
  }

  const isTooMuch = (bytes: number): boolean => {
    const now = performance.now()
    if (now - measuredAt > staleMs) aboveSince = undefined
    measuredAt = now
    const parts = bytes / (memoryMib * 1_048_576)
    aboveSince = parts > 1 ? (aboveSince ?? now) : undefined
    if (aboveSince === undefined) return false
    return parts > surelyTooMuch || now - aboveSince > aboveAtMostMs
  }

  return {
    measure: onTooMuch => {
      if (isMeasuring) return
      isMeasuring = true
      void used().then(bytes => {
        isMeasuring = false
        if (isTooMuch(bytes)) onTooMuch()
      })
    },
  }
}
