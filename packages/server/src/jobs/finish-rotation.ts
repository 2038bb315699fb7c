import type { Deps } from '../deps.ts'
import { randomHex } from '../security/random.ts'
import { reseal } from '../use-cases/keys/reseal.ts'
import { isOneProcess } from '../use-cases/keys/rotate-master-key.ts'
import { retireKeysOfOperators, retireSigningKeys } from '../use-cases/keys/rotate-signing-keys.ts'
import { type Job, repeat } from './repeat.ts'

const secondMs = 1_000
const hourMs = 3_600 * secondMs
/** A start has other things to do. */
const firstMs = 300 * secondMs
/** Every server seals with the new key by then, though their clocks are not quite the same. */
const settledMs = 5 * secondMs
/** Resume tokens of watches are sealed too, and are good for a day. */
const openedMs = 48 * hourMs
const leaseName = 'keys'
/** Who was killed holds up others no longer than that; two at the same time only do the same twice. */
const leaseMs = 60 * secondMs

/** What is due for the data keys. */
const dueOf = (deps: Deps): 'reseal' | 'drop' | undefined => {
  const { secrets, now } = deps
  const { dataKeys, masterKeys, resealedAt } = secrets.state()
  const [newest, ...older] = dataKeys
  if (newest === undefined || older.length === 0) return undefined
  if (resealedAt === undefined)
    return now() >= newest.sealsFrom + (isOneProcess(deps) ? 0 : settledMs) ? 'reseal' : undefined
  return masterKeys === 1 && now() >= resealedAt + openedMs ? 'drop' : undefined
}

const rotateOn = async (deps: Deps, due: 'reseal' | 'drop'): Promise<void> => {
  const { secrets, log, now } = deps
  const resealed = await reseal(deps)
  if (due === 'drop') await secrets.dropOlderKeys()
  else await secrets.noteResealed(now())
  const done = due === 'drop' ? 'an old data key was removed' : 'everything is sealed anew'
  log.info(done, { resealed })
}

const retire = async (deps: Deps, projectId: string | undefined): Promise<void> => {
  for (const app of await deps.store.apps.list()) {
    const retired = await retireSigningKeys(deps, app)
    if (retired > 0)
      deps.log.info('old signing keys were removed', { app: app.clientAppId, retired })
  }
  if (projectId !== undefined) await retireKeysOfOperators(deps, projectId)
}

/**
 * Takes rotations of keys one step further, if one is due: seals what older data keys sealed, removes data keys and
 * signing keys that nothing needs any more. Resolves `false` while another server is at it.
 */
export const finishRotationOnce = async (
  deps: Deps,
  {
    owner = randomHex(8),
    retires = true,
    projectId,
  }: { owner?: string; retires?: boolean; projectId?: string | undefined } = {},
): Promise<boolean> => {
  const due = dueOf(deps)
  if (due === undefined && !retires) return true
  const work = async (): Promise<void> => {
    if (due !== undefined) await rotateOn(deps, due)
    if (retires) await retire(deps, projectId)
  }
  if (isOneProcess(deps)) {
    await work()
    return true
  }
  const { leases } = deps.store
  const lease = { name: leaseName, owner, now: deps.now(), forMs: leaseMs }
  if ((await leases.acquire(lease)) === undefined) return false
  try {
    await work()
  } finally {
    await leases.release(leaseName, owner, '')
  }
  return true
}

/** Looks every second whether a rotation is to be taken further, and once an hour for keys that are over. */
export const startFinishingRotation = (
  deps: Deps,
  {
    everyMs = secondMs,
    projectId,
  }: { readonly everyMs?: number; readonly projectId?: string | undefined } = {},
): Job => {
  const owner = randomHex(8)
  let retiredAt = deps.now() - hourMs + firstMs
  return repeat(async () => {
    try {
      const retires = deps.now() - retiredAt >= hourMs
      if (retires) retiredAt = deps.now()
      await finishRotationOnce(deps, { owner, retires, projectId })
    } catch (error) {
      deps.log.warn('the rotation of keys could not be taken further', { err: error })
    }
    return everyMs
  })
}
