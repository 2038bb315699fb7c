import type { Deps } from '../deps.ts'

/** Sees every second what other servers on the same store have deployed, and the data keys that they seal with. */
export const followDeployments = (
  { store, secrets, log }: Pick<Deps, 'store' | 'secrets' | 'log'>,
  { everyMs = 1_000 }: { readonly everyMs?: number } = {},
): { stop(): Promise<void> } => {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const look = async (): Promise<void> => {
    try {
      await store.apps.forgetChanged()
      await secrets.reload()
    } catch (error) {
      log.warn('what other servers have changed could not be looked for', { err: error })
    }
    if (isStopped) return
    timer = setTimeout(() => {
      running = look()
    }, everyMs).unref()
  }
  let running = look()

  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
