import { activity, readProgress } from '../write/progress.ts'

export type StuckWatch = { start(): void; stop(): void }

/** A write of one document that takes this long is a pattern without end. */
const stuckMs = 2_000
const lookEveryMs = 500

/** Looks, while writes wait, whether the writer has been at one step for too long. */
export const watchForStuckWrite = (
  memory: () => SharedArrayBuffer,
  onStuck: (requestCell: number) => void,
): StuckWatch => {
  let timer: NodeJS.Timeout | undefined
  let last = { step: -1, since: 0 }

  const look = (): void => {
    const progress = readProgress(memory())
    const now = performance.now()
    if (progress.activity !== activity.running || progress.step !== last.step) {
      last = { step: progress.step, since: now }
    } else if (now - last.since >= stuckMs) {
      last = { step: -1, since: now }
      onStuck(progress.request)
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
