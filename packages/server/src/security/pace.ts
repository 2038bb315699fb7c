/** What is done before a log-in is refused, beside the check of a hash of today's kind. */
export type Detours = {
  /** One hash of each kind that accounts of the app may have. */
  readonly decoys: readonly string[]
  /** Name of what unknown accounts are asked about elsewhere, if they are. */
  readonly errand?: string | undefined
}

/**
 * Makes refusals come at the same times whichever account they are about: an imported hash takes longer to check, or
 * not so long, and only some accounts are asked about elsewhere.
 */
export type Pace = {
  /**
   * Waits until the next multiple, since the start, of a time in which every one of the detours is done.
   *
   * @param since by `performance.now()`
   */
  hold(since: number, detours: Detours): Promise<void>
  /** Notes that an errand took so many milliseconds. */
  note(errand: string, ms: number): void
}

/** Refusals come at multiples of this at least, in milliseconds. */
const finestMs = 20
/** Before anything is known of an errand it counts as so long. */
const errandMs = 250
/** How many of an errand's last times are remembered. */
const remembered = 32

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** @param measure milliseconds that the check of a hash takes on an idle machine, or now */
export const openPace = (measure: (hash: string) => Promise<number>): Pace => {
  const checks = new Map<string, Promise<number>>()
  const errands = new Map<string, number[]>()

  const timeOf = (hash: string): Promise<number> => {
    const known = checks.get(hash)
    if (known !== undefined) return known
    const asked = measure(hash)
    checks.set(hash, asked)
    asked.catch(() => checks.delete(hash))
    return asked
  }

  const stepOf = async ({ decoys, errand }: Detours): Promise<number> => {
    const times = await Promise.all(decoys.map(timeOf))
    const away = errand === undefined ? [] : (errands.get(errand) ?? [errandMs])
    const slowest = Math.max(0, ...times) + Math.max(0, ...away)
    return Math.ceil((2 * slowest) / finestMs + 1) * finestMs
  }

  return {
    hold: async (since, detours) => {
      const step = await stepOf(detours)
      const passed = performance.now() - since
      await sleep(Math.ceil(passed / step) * step - passed)
    },
    note: (errand, ms) => {
      const times = errands.get(errand) ?? []
      errands.set(errand, [...times, ms].slice(-remembered))
    },
  }
}
