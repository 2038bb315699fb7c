/** How many bytes reads of one kind are likely to give, from what they gave. */
export type Expectations = {
  of(what: string): number
  note(what: string, bytes: number): void
}

const mebibyte = 1024 * 1024

/** Of a kind that nothing is known about. */
const firstBytes = mebibyte
const leastBytes = mebibyte / 16
const mostKinds = 2_000

/** Half as much again as the largest lately; what was large once is forgotten by and by. */
export const openExpectations = (): Expectations => {
  const largest = new Map<string, number>()
  return {
    of: what => {
      const known = largest.get(what)
      return known === undefined ? firstBytes : Math.max(leastBytes, Math.ceil(1.5 * known))
    },
    note: (what, bytes) => {
      const known = largest.get(what)
      if (known === undefined && largest.size >= mostKinds) largest.clear()
      largest.set(what, Math.max(bytes, 0.9 * (known ?? 0)))
    },
  }
}
