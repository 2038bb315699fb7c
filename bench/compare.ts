/** Two rates, and how the first compares with the second. */
export type Compared = {
  readonly measured: number
  readonly reference: number
  /** Median of what the turns said. */
  readonly share: number
}

type Measure = () => Promise<number>

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [below = Number.NaN, above = Number.NaN] = [sorted[middle - 1], sorted[middle]]
  return sorted.length % 2 === 1 ? above : (below + above) / 2
}

/**
 * Measures both in short turns, by turns the one or the other first, and takes medians: what slows the machine for a
 * while slows both, or counts for little.
 */
export const compareRates = async (
  measure: Measure,
  refer: Measure,
  turns = 5,
): Promise<Compared> => {
  const pairs: { readonly measured: number; readonly reference: number }[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const isFirst = turn % 2 === 1
    const early = isFirst ? await measure() : undefined
    const reference = await refer()
    pairs.push({ measured: early ?? (await measure()), reference })
  }
  return {
    measured: median(pairs.map(({ measured }) => measured)),
    reference: median(pairs.map(({ reference }) => reference)),
    share: median(pairs.map(({ measured, reference }) => measured / reference)),
  }
}
