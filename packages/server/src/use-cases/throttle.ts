import { hash } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'

/** Something that is counted: after `free` times, each further one must wait twice as long as the one before. */
export type Counter = { readonly key: string; readonly free: number }

const forgetAfterMs = 60 * 60 * 1000
const longestWaitSeconds = 15 * 60

/** Names a counter of the app, or of the project; what is counted is kept as a hash, because strangers choose it. */
export const counterKey = (
  { id }: { readonly id: string },
  what: string,
  ...whose: readonly string[]
): string => `${id}:${what}:${hash('sha256', JSON.stringify(whose), 'base64url')}`

const waitMs = (count: number, free: number): number =>
  count < free ? 0 : Math.min(2 ** (count - free), longestWaitSeconds) * 1000

/**
 * For each counter, what it has counted and the milliseconds to wait before it lets through one more; 0 when it
 * does. Never more than the counter asks for, also when the clock was set back since. One read for all.
 */
export const readCounters = async (
  { store, now }: Deps,
  counters: readonly Counter[],
): Promise<{ readonly count: number; readonly wait: number }[]> => {
  const keys = counters.map(({ key }) => key)
  const found = await store.limits.find(keys, now())
  return counters.map(({ key, free }) => {
    const { count, lastAt } = found.get(key) ?? { count: 0, lastAt: 0 }
    const wait = waitMs(count, free)
    return { count, wait: Math.min(wait, Math.max(0, lastAt + wait - now())) }
  })
}

/** Counts one more; forgotten an hour after the last one. */
export const count = ({ store, now }: Deps, { key }: Counter): Promise<void> =>
  store.limits.increment(key, now(), forgetAfterMs)

/** @throws `tooManyRequests` when there is anything to wait for, in milliseconds. */
export const refuseToWait = (milliseconds: number): void => {
  if (milliseconds > 0) {
    throw new AppError('tooManyRequests', { seconds: String(Math.ceil(milliseconds / 1000)) })
  }
}
