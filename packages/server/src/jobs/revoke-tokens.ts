import type { Deps } from '../deps.ts'
import { randomHex } from '../security/random.ts'
import { revokeDueTokens } from '../use-cases/oauth/revoke-tokens.ts'
import { type Job, repeat } from './repeat.ts'

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
): Job => {
  const owner = randomHex(8)
  let isStopped = false
  const job = repeat(async () => {
    try {
      return (await revokeOnce(deps, owner, () => isStopped)) ? 0 : everyMs
    } catch (error) {
      deps.log.error('revoking tokens failed', { err: error })
      return everyMs
    }
  })
  return {
    stop: () => {
      isStopped = true
      return job.stop()
    },
  }
}
