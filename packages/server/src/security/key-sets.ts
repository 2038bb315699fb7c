import type { KeyObject } from 'node:crypto'
import type { Log } from '../log.ts'
import { type KeySet, type PublicAlgorithm, readKeySet } from './foreign/key-set.ts'
import type { Outbound } from './outbound.ts'
import { hostOf, reasonOf } from './outbound-error.ts'

/** Which key is looked for. */
export type WantedKey = {
  readonly algorithm: PublicAlgorithm
  /** What the token calls it; without one all that fit are given. */
  readonly kid: string | undefined
}

/** JWK sets by address. */
export type KeySets = {
  /**
   * Keys that may have signed. The set is asked for once, however many callers wait; again after five minutes,
   * and for an unknown `kid` at most once a minute. When it cannot be had, the last good one is used for a day.
   *
   * @throws KeySetError when there is none, or none that may know the `kid`
   */
  find(url: string, wanted: WantedKey): Promise<readonly KeyObject[]>
}

/** A key set that cannot be had now. Its message is for the log. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError'
}

type Parts = {
  readonly outbound: Outbound
  readonly now: () => number
  readonly log: Pick<Log, 'warn'>
}

type Entry = {
  set?: KeySet
  /** When `set` came. */
  readAt: number
  /** When it was asked for last, with or without success. */
  triedAt: number
  failure?: unknown
  pending?: Promise<void> | undefined
}

const secondMs = 1_000
const minuteMs = 60 * secondMs
/** Older, it is asked for again while the one at hand is used. */
const freshMs = 5 * minuteMs
/** Older, it is waited for, so that a key that was withdrawn is not trusted. */
const staleMs = 60 * minuteMs
/** Older, it is worth nothing, reachable or not. */
const keptMs = 24 * 60 * minuteMs
/** A set that was never there is asked for no sooner than this after a failure. */
const failureMs = 10 * secondMs
const timeoutMs = 5 * secondMs
const maxBytes = 1_048_576
const mostAddresses = 500

/** A clock that was put back counts as time that passed. */
const isOver = (now: number, since: number, ms: number): boolean => now < since || now - since >= ms

const fetchSet = async (outbound: Outbound, url: string): Promise<KeySet> => {
  const { status, body } = await outbound.send({
    url,
    headers: { accept: 'application/jwk-set+json, application/json' },
    timeoutMs,
    maxBytes,
    redirects: 2,
    needsTls: true,
  })
  if (status !== 200) throw new KeySetError(`the key set answers ${status}`)
  return readKeySet(new TextDecoder().decode(body))
}

const unavailable = (url: string, { failure }: Entry): KeySetError =>
  new KeySetError(`no key set from ${hostOf(url)}: ${reasonOf(failure)}`, { cause: failure })

/** Forgets the addresses that were asked for longest ago. */
const makeRoom = (entries: Map<string, Entry>): void => {
  for (const [url, { pending }] of entries) {
    if (entries.size < mostAddresses) return
    if (!pending) entries.delete(url)
  }
}

export const openKeySets = ({ outbound, now, log }: Parts): KeySets => {
  const entries = new Map<string, Entry>()

  const entryOf = (url: string): Entry => {
    const entry = entries.get(url) ?? { readAt: 0, triedAt: Number.NEGATIVE_INFINITY }
    entries.delete(url)
    makeRoom(entries)
    entries.set(url, entry)
    return entry
  }

  const read = async (url: string, entry: Entry): Promise<void> => {
    entry.triedAt = now()
    try {
      entry.set = await fetchSet(outbound, url)
      entry.readAt = now()
      delete entry.failure
    } catch (error) {
      entry.failure = error
      log.warn('a key set cannot be had', { host: hostOf(url), reason: reasonOf(error) })
    } finally {
      entry.pending = undefined
    }
  }
  const readOnce = (url: string, entry: Entry): Promise<void> => {
    entry.pending ??= read(url, entry)
    return entry.pending
  }
  /** Waits for the set that is being read; begins to read it unless that was done less than `ms` ago. */
  const readAgain = async (url: string, entry: Entry, ms: number): Promise<void> => {
    if (entry.pending || isOver(now(), entry.triedAt, ms)) await readOnce(url, entry)
  }

  const getSet = async (url: string, entry: Entry): Promise<KeySet> => {
    const isOlder = (ms: number): boolean => !entry.set || isOver(now(), entry.readAt, ms)
    if (isOlder(staleMs)) await readAgain(url, entry, entry.set ? minuteMs : failureMs)
    else if (isOlder(freshMs) && isOver(now(), entry.triedAt, minuteMs)) void readOnce(url, entry)
    if (entry.set && !isOlder(keptMs)) return entry.set
    throw unavailable(url, entry)
  }

  return {
    find: async (url, { algorithm, kid }) => {
      const entry = entryOf(url)
      const keys = (await getSet(url, entry)).find(algorithm, kid)
      if (keys.length > 0) return keys
      await readAgain(url, entry, minuteMs)
      const found = entry.set?.find(algorithm, kid) ?? []
      if (found.length === 0 && entry.failure !== undefined) throw unavailable(url, entry)
      return found
    },
  }
}
