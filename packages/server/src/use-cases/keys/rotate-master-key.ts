import { resolve } from 'node:path'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { readMasterKeys, replaceMasterKey } from '../../security/master-keys.ts'

type MasterDeps = Pick<Deps, 'config' | 'secrets' | 'now'>

/** Other processes look for new data keys every second. */
const knownMs = 15_000

/** True when no other machine can have the store's master key. */
const isAlone = ({ config }: Pick<Deps, 'config'>): boolean => config.store === undefined

/** True when no other process seals with the keys of this store. */
export const isOneProcess = ({ config }: Pick<Deps, 'config'>): boolean =>
  config.store === undefined && config.workers === 1

/**
 * Begins to seal everything with a new data key, and puts a new master key into `<data>/master.key` that opens the
 * data keys; one that the settings give is theirs to change. `jobs/finish-rotation.ts` does the rest.
 *
 * @throws `rotationUnfinished`
 */
export const rotateMasterKey = async (deps: MasterDeps): Promise<void> => {
  const { config, secrets, now } = deps
  await secrets.reload()
  if (secrets.state().masterKeys > 1) throw new AppError('rotationUnfinished')
  await secrets.addDataKey(now() + (isOneProcess(deps) ? 0 : knownMs))
  if (config.masterKey === undefined) {
    await replaceMasterKey(resolve(config.data), secrets, isAlone(deps))
  }
}

/** Lets only the master key in use open the store: every server must have it by now. */
export const finishMasterKey = async ({ config, secrets }: MasterDeps): Promise<void> => {
  const [inUse] = await readMasterKeys(resolve(config.data), config)
  if (inUse !== undefined) await secrets.keepOnlyMasterKey(inUse)
}
