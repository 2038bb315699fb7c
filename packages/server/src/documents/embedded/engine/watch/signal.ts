/** Tells waiting change streams that the log may have grown. */
export type ChangeSignal = {
  /** Resolves at the next change, or when `close` is called. */
  next(): Promise<void>
  notify(): void
  close(): void
  isClosed(): boolean
}

const followEveryMs = 50

/**
 * In the process that writes, commits call `notify`. In another process `poll` is asked every 50 ms, for as long
 * as somebody waits, whether the file has changed.
 */
export const openChangeSignal = (poll?: () => boolean): ChangeSignal => {
  let waiting: (() => void)[] = []
  let isClosed = false
  let timer: NodeJS.Timeout | undefined

  const notify = (): void => {
    clearInterval(timer)
    timer = undefined
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  const follow = (): void => {
    if (poll === undefined) return
    timer ??= setInterval(() => {
      if (poll()) notify()
    }, followEveryMs)
  }

  return {
    next: () =>
      new Promise(resolve => {
        waiting.push(resolve)
        follow()
      }),
    notify,
    close: () => {
      isClosed = true
      notify()
    },
    isClosed: () => isClosed,
  }
}
