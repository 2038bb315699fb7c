import { hash } from 'node:crypto'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'

/** Something that is counted: after `free` times, each further one must wait twice as long as the one before. */
export type Counter = { readonly key: string; readonly free: number }

const forgetAfterMs = 60 * 60 * 1000
const longestWaitSeconds = 15 * 60

/** Names a counter of the app; what is counted is kept as a hash, because strangers choose it. */
export const counterKey = (app: App, what: string, ...whose: readonly string[]): string =>
  `${app.id}:${what}:${hash('sha256', JSON.stringify(whose), 'base64url')}`

const waitMs = (count: number, free: number): number =>
  count < free ? 0 : Math.min(2 ** (count - free), longestWaitSeconds) * 1000

/**
 * Milliseconds to wait before the counter lets through one more; 0 when it does. Never more than the counter
 * asks for, also when the clock was set back since.
 */
export const waitOf = async ({ store, now }: Deps, { key, free }: Counter): Promise<number> => {
  const counted = await store.limits.find(key, now())
  if (!counted) return 0
  const wait = waitMs(counted.count, free)
  return Math.min(wait, Math.max(0, counted.lastAt + wait - now()))
}

/** Counts one more; forgotten an hour after the last one. */
export const count = ({ store, now }: Deps, { key }: Counter): Promise<void> =>
  store.limits.increment(key, now(), forgetAfterMs)

/** @throws `tooManyRequests` when there is anything to wait for. */
export const refuseToWait = (milliseconds: number): void => {
  if (milliseconds > 0) {
    throw new AppError('tooManyRequests', { seconds: String(Math.ceil(milliseconds / 1000)) })
  }
}
