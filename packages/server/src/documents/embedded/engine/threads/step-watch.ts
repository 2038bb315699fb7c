import { activity, readProgress } from '../write/progress.ts'

export type StepWatch = { start(): void; stop(): void }

export type StepEvents = {
  /** A step takes longer than steps do; told at each look. `isStill` says whether it goes on. */
  long(requestCell: number, isStill: () => boolean): void
  /** A step is at something without end. */
  stuck(requestCell: number): void
}

/** A write of one document that takes this long is a pattern without end. */
const stuckMs = 2_000
const lookEveryMs = 50

/** Looks, while writes wait, whether the writer has been at one step for too long. */
export const watchSteps = (memory: () => SharedArrayBuffer, events: StepEvents): StepWatch => {
  let timer: NodeJS.Timeout | undefined
  let last = { step: -1, since: 0 }

  const isAt = (step: number): boolean => {
    const progress = readProgress(memory())
    return progress.activity === activity.running && progress.step === step
  }

  const look = (): void => {
    const { step, request } = readProgress(memory())
    const now = performance.now()
    if (!isAt(last.step)) last = { step, since: now }
    else if (now - last.since < stuckMs) events.long(request, () => isAt(step))
    else {
      last = { step: -1, since: now }
      events.stuck(request)
    }
  }

  return {
    start: () => {
      if (timer !== undefined) return
      last = { step: -1, since: performance.now() }
      timer = setInterval(look, lookEveryMs).unref()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
    },
  }
}
