/** Those who have something in memory for as long as somebody else likes. */
export type SlowHolders = {
  add(holder: object, bytes: number, cut: () => void): void
  remove(holder: object): void
  /** Calls `cut`, once, for those who took longer than over a slow line. */
  cut(): void
}

type Held = { readonly cut: () => void; readonly since: number; readonly bytes: number }

/** One MB a second. */
const slowBytesPerMs = 1_024

/** `graceMs` is what everybody has before the pace counts. */
export const openSlowHolders = (graceMs: number): SlowHolders => {
  const holders = new Map<object, Held>()
  return {
    add: (holder, bytes, cut) => {
      holders.set(holder, { cut, since: performance.now(), bytes })
    },
    remove: holder => {
      holders.delete(holder)
    },
    cut: () => {
      const now = performance.now()
      for (const [holder, { cut, since, bytes }] of holders) {
        if (now - since < graceMs + bytes / slowBytesPerMs) continue
        holders.delete(holder)
        cut()
      }
    },
  }
}
