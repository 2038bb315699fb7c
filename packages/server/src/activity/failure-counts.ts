/** Decides which failures are listed, and counts the others. */
export type FailureCounts<Failure> = {
  /** True when the failure is to be listed; otherwise it is counted. */
  admit(failure: Failure): boolean
  /** What stands for those counted in windows that have ended; with `all` for all of them. */
  take(all?: boolean): Failure[]
}

export type FailureLimits = {
  /** Failures of one source that are listed in a window. Default 10. */
  readonly ofSource?: number
  /** Failures that are listed at once, whatever their source. Default 1,000. */
  readonly atOnce?: number
  /** Failures a second that are listed for any length of time. Default 20. */
  readonly perSecond?: number
  /** Default one minute. */
  readonly windowMs?: number
}

type Source<Failure> = {
  readonly since: number
  listed: number
  /** Stands for those that were counted. */
  counted: Failure | undefined
}

/** What one flood cannot fill: sources beyond are counted together. */
const mostSources = 10_000

/** What failures have in common. */
export type FailureTraits<Failure> = {
  /** Failures of one kind are told together. */
  readonly kindOf: (failure: Failure) => string
  /** Whom it comes from; `''` when nobody knows. */
  readonly sourceOf: (failure: Failure) => string
  /** What is common to those of one kind, and of one source or of several. */
  readonly standFor: (failure: Failure, isOfOne: boolean) => Failure
}

type Counted = { readonly count?: number | undefined; readonly startedAt?: number }

export const openFailureCounts = <Failure extends Counted>(
  now: () => number,
  { kindOf, sourceOf, standFor }: FailureTraits<Failure>,
  { ofSource = 10, atOnce = 1_000, perSecond = 20, windowMs = 60_000 }: FailureLimits = {},
): FailureCounts<Failure> => {
  const sources = new Map<string, Source<Failure>>()
  let tokens = atOnce
  let refilledAt = now()

  const takeToken = (): boolean => {
    const at = now()
    tokens = Math.min(atOnce, tokens + (Math.max(0, at - refilledAt) / 1000) * perSecond)
    refilledAt = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }

  const find = (key: string): Source<Failure> => {
    const known = sources.get(key)
    if (known !== undefined) return known
    const source: Source<Failure> = { since: now(), listed: 0, counted: undefined }
    sources.set(key, source)
    return source
  }

  const count = (source: Source<Failure>, failure: Failure, isOfOne: boolean): void => {
    const before = source.counted
    source.counted = {
      ...(before ?? { startedAt: now(), ...standFor(failure, isOfOne) }),
      count: (before?.count ?? 0) + (failure.count ?? 1),
    }
  }

  return {
    admit: failure => {
      const kind = kindOf(failure)
      const key = `${kind}\0${sourceOf(failure)}`
      const isKnown = sources.has(key)
      const isCrowded = !isKnown && sources.size >= mostSources
      const source = isCrowded ? undefined : find(key)
      if (source && source.listed >= ofSource) {
        count(source, failure, true)
        return false
      }
      if (source && takeToken()) {
        source.listed += 1
        return true
      }
      count(find(kind), failure, false)
      return false
    },
    take: (all = false) => {
      const taken: Failure[] = []
      for (const [key, { since, counted }] of sources) {
        const age = now() - since
        if (!all && age >= 0 && age < windowMs) continue
        sources.delete(key)
        if (counted) taken.push(counted)
      }
      return taken
    },
  }
}
