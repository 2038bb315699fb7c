/** One number with its labels. */
export type Sample = {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  /** Where it differs from the name of its series, as parts of a histogram do. */
  readonly metricName?: string
}

/** Everything that is told under one name. Processes that share a folder send theirs to each other. */
export type Series = {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly values: readonly Sample[]
  /** How those of several processes become one. */
  readonly aggregator: 'sum' | 'max'
}

type Labels = Readonly<Record<string, string>>

/** A count that only grows, for each combination of labels. Labels must come from short lists. */
export type Counter<Label extends string> = {
  add(labels: Readonly<Record<Label, string>>, by?: number): void
  /** The count itself, for who adds to it often. */
  cell(labels: Readonly<Record<Label, string>>): { value: number }
  read(): Series
}

type About = { readonly name: string; readonly help: string }

export const openCounter = <Label extends string>(about: About): Counter<Label> => {
  const counts = new Map<string, { value: number; readonly labels: Labels }>()
  const cell = (labels: Labels): { value: number } => {
    const key = Object.values(labels).join('\0')
    const known = counts.get(key)
    if (known) return known
    const fresh = { value: 0, labels: { ...labels } }
    counts.set(key, fresh)
    return fresh
  }
  return {
    add: (labels, by = 1) => {
      cell(labels).value += by
    },
    cell,
    read: () => ({
      ...about,
      type: 'counter',
      aggregator: 'sum',
      values: [...counts.values()].map(({ value, labels }) => ({ value, labels })),
    }),
  }
}

/** How long things took. */
export type Histogram<Label extends string> = {
  observe(labels: Readonly<Record<Label, string>>, seconds: number): void
  read(): Series
}

/** Upper ends of the buckets, in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 300]

type Buckets = { readonly labels: Labels; readonly counts: number[]; sum: number; count: number }

const samplesOf = (name: string, { labels, counts, sum, count }: Buckets): Sample[] => {
  let below = 0
  const buckets = bounds.map((le, at) => {
    below += counts[at] ?? 0
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below }
  })
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

export const openHistogram = <Label extends string>(about: About): Histogram<Label> => {
  const byLabels = new Map<string, Buckets>()

  const find = (labels: Labels): Buckets => {
    const key = Object.values(labels).join('\0')
    const known = byLabels.get(key)
    if (known) return known
    const fresh = { labels: { ...labels }, counts: bounds.map(() => 0), sum: 0, count: 0 }
    byLabels.set(key, fresh)
    return fresh
  }

  return {
    observe: (labels, seconds) => {
      const buckets = find(labels)
      const at = bounds.findIndex(bound => seconds <= bound)
      if (at >= 0) buckets.counts[at] = (buckets.counts[at] ?? 0) + 1
      buckets.sum += seconds
      buckets.count += 1
    },
    read: () => ({
      ...about,
      type: 'histogram',
      aggregator: 'sum',
      values: [...byLabels.values()].flatMap(buckets => samplesOf(about.name, buckets)),
    }),
  }
}

/** What is now: numbers that are asked for when they are told. */
export const gauge = (
  about: About,
  values: readonly Sample[] | number,
  aggregator: Series['aggregator'] = 'sum',
): Series => ({
  ...about,
  type: 'gauge',
  aggregator,
  values: typeof values === 'number' ? [{ value: values, labels: {} }] : values,
})
