/** Timers that end with the call that set them. */
export type CallTimers = {
  /** By their names. */
  readonly functions: Readonly<Record<string, unknown>>
  clear(): void
}

type Callback = (...values: unknown[]) => void

/** @param onThrown told what a callback threw: it is the call's own */
export const openCallTimers = (onThrown: (thrown: unknown) => void): CallTimers => {
  const run = (callback: Callback, values: readonly unknown[]): void => {
    try {
      callback(...values)
    } catch (thrown) {
      onThrown(thrown)
    }
  }
  const timers = new Set<NodeJS.Timeout>()
  const immediates = new Set<NodeJS.Immediate>()

  const clearTimer = (timer: NodeJS.Timeout): void => {
    timers.delete(timer)
    clearTimeout(timer)
  }
  const clearOne = (immediate: NodeJS.Immediate): void => {
    immediates.delete(immediate)
    clearImmediate(immediate)
  }
  return {
    functions: {
      setTimeout: (callback: Callback, ms?: number, ...values: unknown[]) => {
        const timer = setTimeout(() => {
          timers.delete(timer)
          run(callback, values)
        }, ms)
        timers.add(timer)
        return timer
      },
      setInterval: (callback: Callback, ms?: number, ...values: unknown[]) => {
        const timer = setInterval(() => run(callback, values), ms)
        timers.add(timer)
        return timer
      },
      setImmediate: (callback: Callback, ...values: unknown[]) => {
        const immediate = setImmediate(() => {
          immediates.delete(immediate)
          run(callback, values)
        })
        immediates.add(immediate)
        return immediate
      },
      clearTimeout: clearTimer,
      clearInterval: clearTimer,
      clearImmediate: clearOne,
    },
    clear: () => {
      if (timers.size > 0) {
        for (const timer of timers) clearTimeout(timer)
        timers.clear()
      }
      if (immediates.size > 0) {
        for (const immediate of immediates) clearImmediate(immediate)
        immediates.clear()
      }
    },
  }
}
