import type { Deps } from '../deps.ts'
import { type Job, repeat } from './repeat.ts'

/** Sees every second what other servers on the same store have deployed, and the data keys that they seal with. */
export const followDeployments = (
  { store, secrets, log }: Pick<Deps, 'store' | 'secrets' | 'log'>,
  { everyMs = 1_000 }: { readonly everyMs?: number } = {},
): Job =>
  repeat(async () => {
    try {
      await store.apps.forgetChanged()
      await secrets.reload()
    } catch (error) {
      log.warn('what other servers have changed could not be looked for', { err: error })
    }
    return everyMs
  })
