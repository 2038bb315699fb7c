import { addressGroup } from '../domain/address.ts'
import type { Entry } from './entry.ts'

/** Decides which failures are listed, and counts the others. */
export type FailureCounts = {
  /** True when the failure is to be listed; otherwise it is counted. */
  admit(entry: Entry): boolean
  /** Entries that stand for those counted in windows that have ended; with `all` for all of them. */
  take(all?: boolean): Entry[]
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

type Source = {
  readonly since: number
  listed: number
  /** Stands for those that were counted. */
  counted: Entry | undefined
}

/** What one flood cannot fill: sources beyond are counted together. */
const mostSources = 10_000

/** Whom a failure comes from: the user if known, else the address. */
const sourceOf = ({ userId, address }: Entry): string => {
  if (userId !== undefined) return userId
  return address === undefined ? '' : addressGroup(address)
}

const kindOf = ({ appId, type, event, name, errorCode, status }: Entry): string =>
  [appId, type, event, name, errorCode, status].join('\0')

/** What is common to failures that are told together. */
const standFor = (entry: Entry, isOfOne: boolean): Entry => {
  const { requestId: _, messages: __, account: ___, isNewUser: ____, ...rest } = entry
  if (isOfOne) return { ...rest, count: 0 }
  const { userId: _user, address: _address, client, deviceId, ...common } = rest
  return { ...common, count: 0 }
}

export const openFailureCounts = (
  now: () => number,
  { ofSource = 10, atOnce = 1_000, perSecond = 20, windowMs = 60_000 }: FailureLimits = {},
): FailureCounts => {
  const sources = new Map<string, Source>()
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

  const find = (key: string): Source => {
    const known = sources.get(key)
    if (known !== undefined) return known
    const source: Source = { since: now(), listed: 0, counted: undefined }
    sources.set(key, source)
    return source
  }

  const count = (source: Source, entry: Entry, isOfOne: boolean): void => {
    const { count: before = 0, ...rest } = source.counted ?? standFor(entry, isOfOne)
    source.counted = {
      ...rest,
      startedAt: rest.startedAt ?? now(),
      count: before + (entry.count ?? 1),
    }
  }

  return {
    admit: entry => {
      const kind = kindOf(entry)
      const key = `${kind}\0${sourceOf(entry)}`
      const isKnown = sources.has(key)
      const isCrowded = !isKnown && sources.size >= mostSources
      const source = isCrowded ? undefined : find(key)
      if (source && source.listed >= ofSource) {
        count(source, entry, true)
        return false
      }
      if (source && takeToken()) {
        source.listed += 1
        return true
      }
      count(find(kind), entry, false)
      return false
    },
    take: (all = false) => {
      const taken: Entry[] = []
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
