/**
 * What the writer thread is doing, in memory that the event loop can read while the thread is busy: a pattern
 * that never ends can be told from a commit that takes its time.
 */
export const activity = { idle: 0, running: 1, committing: 2 } as const

const activityCell = 0
const requestCell = 1
const stepCell = 2
const cells = 3

export const makeProgress = (): SharedArrayBuffer =>
  new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT)

export type Progress = {
  readonly activity: number
  /** The request under way, as far as it fits 31 bits. */
  readonly request: number
  /** Grows with each step. */
  readonly step: number
}

export const toRequestCell = (id: number): number => id & 0x7fffffff

export const readProgress = (memory: SharedArrayBuffer): Progress => {
  const view = new Int32Array(memory)
  return {
    activity: Atomics.load(view, activityCell),
    request: Atomics.load(view, requestCell),
    step: Atomics.load(view, stepCell),
  }
}

export type ProgressWriter = {
  running(request: number): void
  committing(): void
  idle(): void
}

export const writeProgress = (memory: SharedArrayBuffer): ProgressWriter => {
  const view = new Int32Array(memory)
  return {
    running: (id: number): void => {
      Atomics.store(view, activityCell, activity.running)
      Atomics.store(view, requestCell, toRequestCell(id))
      Atomics.add(view, stepCell, 1)
    },
    committing: (): void => {
      Atomics.store(view, activityCell, activity.committing)
      Atomics.add(view, stepCell, 1)
    },
    idle: (): void => {
      Atomics.store(view, activityCell, activity.idle)
      Atomics.add(view, stepCell, 1)
    },
  }
}
