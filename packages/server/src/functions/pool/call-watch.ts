import { getPriority, setPriority } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { watchMemory } from '../../documents/embedded/engine/threads/thread-memory.ts'
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

const longNiceness = 15

export const tookMemory = ({ memoryMib }: CallLimits): Failure => ({
  problem: 'crashed',
  message: `the function took more than ${memoryMib} MiB of memory`,
})

export const openCallWatch = (worker: Worker, limits: CallLimits): CallWatch => {
  const { callMs, memoryMib } = limits
  const memory = watchMemory(worker, memoryMib)
  let activeBefore = 0
  const activeMs = (): number => worker.performance.eventLoopUtilization().active

  return {
    overtime: ranMs =>
      ranMs < callMs
        ? undefined
        : {
            problem: 'timeout',
            message: `the function took longer than ${callMs / 1_000} seconds`,
          },
    measure: onTooMuch => memory.measure(() => onTooMuch(tookMemory(limits))),
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
