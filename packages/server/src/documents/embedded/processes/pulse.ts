/** How it is found out that another process lives and does nothing. */
export type PulseOptions = {
  /** How often the other process is asked, while it owes answers. Default 1,000 ms. */
  readonly everyMs?: number
  /** After so many questions without any word it counts as silent. Default 15. */
  readonly mostUnanswered?: number
}

export type Pulse = {
  /** The other process said something. */
  heard(): void
  /** True from the time when it counts as silent until it says something. */
  isSilent(): boolean
  stop(): void
}

type Ends = {
  ask(): void
  /** True while something waits for the other process. */
  isWaiting(): boolean
  onSilent(): void
}

/** Questions are counted, not time: a machine that slept, or a busy event loop here, is no silence over there. */
export const openPulse = (
  { ask, isWaiting, onSilent }: Ends,
  { everyMs = 1_000, mostUnanswered = 15 }: PulseOptions = {},
): Pulse => {
  let unanswered = 0
  const isSilent = (): boolean => unanswered >= mostUnanswered

  const timer = setInterval(() => {
    if (!isSilent() && !isWaiting()) {
      unanswered = 0
      return
    }
    ask()
    unanswered += 1
    if (unanswered === mostUnanswered) onSilent()
  }, everyMs).unref()

  return {
    heard: () => {
      unanswered = 0
    },
    isSilent,
    stop: () => clearInterval(timer),
  }
}
