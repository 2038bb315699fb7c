import type { Deps } from '../deps.ts'
import { randomHex } from '../security/random.ts'
import { revokeDueTokens } from '../use-cases/oauth/revoke-tokens.ts'

const leaseName = 'revoke-tokens'
/** Longer than a batch can take: each token waits for two answers of five seconds at most. */
const leaseMs = 10 * 60_000

/**
 * Revokes what is due; does nothing while another server does, and writes nothing when nothing is due. Resolves
 * true when there may be more.
 */
const revokeOnce = async (
  deps: Deps,
  owner: string,
  isStopped: () => boolean,
): Promise<boolean> => {
  const { leases, providerTokens } = deps.store
  if ((await providerTokens.listDue(deps.now(), 1)).length === 0) return false
  const lease = { name: leaseName, owner, now: deps.now(), forMs: leaseMs }
  if ((await leases.acquire(lease)) === undefined) return false
  const { isUnfinished } = await revokeDueTokens(deps, isStopped)
  await leases.release(leaseName, owner, '')
  return isUnfinished
}

/** Looks now and then every minute whether a provider has to be told that a user is gone. */
export const startRevoking = (
  deps: Deps,
  { everyMs = 60_000 }: { readonly everyMs?: number } = {},
): { stop(): Promise<void> } => {
  const owner = randomHex(8)
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const revokeAndWait = async (): Promise<void> => {
    let waitMs = everyMs
    try {
      if (await revokeOnce(deps, owner, () => isStopped)) waitMs = 0
    } catch (error) {
      deps.log.error('revoking tokens failed', { err: error })
    }
    if (isStopped) return
    timer = setTimeout(() => {
      running = revokeAndWait()
    }, waitMs).unref()
  }
  let running = revokeAndWait()

  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
