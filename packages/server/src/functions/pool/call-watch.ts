import { getPriority, setPriority } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { Failure } from '../messages.ts'

export type CallLimits = {
  readonly callMs: number
  readonly memoryMib: number
}

/** A look at the call under way of a thread. */
export type CallWatch = {
  /** Gives why the call must be ended, if it must. */
  overtime(ranMs: number): Failure | undefined
  /** Measures the thread's memory; calls back when it is too much. */
  measure(onTooMuch: (failure: Failure) => void): void
  /** Counts the time that the thread computes from now on. */
  startCounting(): void
  /** True when the thread has computed for long since it was counted. */
  hasComputedLong(): boolean
  /** Gives the thread only the processor time that nobody else wants (Linux). */
  giveWay(task: number | undefined): void
}

/** A call that computes longer gives way to others. */
export const longMs = 200
/** Others do not wait behind a call that takes longer. */
export const quickMs = 8
/** The memory of a call is looked at from then on. */
export const measuredFromMs = 15

const longNiceness = 15
/** More than the limit, times this, ends a call at once. */
const surelyTooMuch = 2
/** More than the limit for so long ends it. */
const aboveAtMostMs = 2_000

export const tookMemory = ({ memoryMib }: CallLimits): Failure => ({
  problem: 'crashed',
  message: `the function took more than ${memoryMib} MiB of memory`,
})

export const openCallWatch = (worker: Worker, limits: CallLimits): CallWatch => {
  const { callMs, memoryMib } = limits
  let isMeasuring = false
  let aboveSince: number | undefined
  let activeBefore = 0
  const activeMs = (): number => worker.performance.eventLoopUtilization().active

  const used = async (): Promise<number> => {
    try {
      const { used_heap_size, external_memory } = await worker.getHeapStatistics()
      return used_heap_size + external_memory
    } catch {
      // It has ended meanwhile.
      return 0
    }
  }

  /** A part may be garbage that is about to be collected: that shows within moments. */
  const isTooMuch = (bytes: number): boolean => {
    const parts = bytes / (memoryMib * 1_048_576)
    aboveSince = parts > 1 ? (aboveSince ?? performance.now()) : undefined
    if (aboveSince === undefined) return false
    return parts > surelyTooMuch || performance.now() - aboveSince > aboveAtMostMs
  }

  const measure: CallWatch['measure'] = onTooMuch => {
    if (isMeasuring) return
    isMeasuring = true
    void used().then(bytes => {
      isMeasuring = false
      if (isTooMuch(bytes)) onTooMuch(tookMemory(limits))
    })
  }

  return {
    overtime: ranMs =>
      ranMs < callMs
        ? undefined
        : {
            problem: 'timeout',
            message: `the function took longer than ${callMs / 1_000} seconds`,
          },
    measure,
    startCounting: () => {
      activeBefore = activeMs()
    },
    hasComputedLong: () => activeMs() - activeBefore > longMs,
    giveWay: task => {
      try {
        if (task !== undefined) setPriority(task, Math.min(19, getPriority() + longNiceness))
      } catch {
        // It goes on as it was.
      }
    },
  }
}
