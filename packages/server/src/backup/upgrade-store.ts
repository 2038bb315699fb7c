import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Documents } from '../documents/documents.ts'
import type { Log } from '../log.ts'
import { randomHex } from '../security/random.ts'
import { openLeaseStore } from '../store/leases.ts'
import { systemDatabase } from '../store/store.ts'
import { upgrades } from '../store/versions/upgrades.ts'
import {
  nameVersion,
  readStoreState,
  storeVersion,
  writeStoreState,
} from '../store/versions/version.ts'
import { backUp, writeBackup } from './back-up.ts'
import type { StorePlace } from './place.ts'

/** A store that this server must not touch. The message says what to do. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError'
}

type Upgrading = {
  readonly place: StorePlace
  readonly documents: Documents
  readonly log: Log
  readonly now: () => number
}

const leaseName = 'upgrade'
/** Renewed while the work goes on: a server that is killed at it keeps the others waiting no longer than this. */
const leaseMs = 30_000
const waitMs = 200

/**
 * The version of a store; `undefined` when nothing is in it.
 *
 * @throws StoreRefusedError for a store of a newer server, or one that a restore has left half
 */
export const checkStore = async (documents: Documents): Promise<number | undefined> => {
  const { version, isRestoring } = await readStoreState(systemDatabase(documents))
  if (isRestoring) {
    throw new StoreRefusedError(
      'a backup was being put into this store and not all of it is there: run `regent restore` again, with --replace',
    )
  }
  if (version !== undefined && version > storeVersion) {
    throw new StoreRefusedError(
      `the store is of version ${version}, written by a newer Regent; this one knows up to version ${storeVersion}: start the newer one, or restore the backup that it made before`,
    )
  }
  return version
}

const upgrade = async ({ place, documents, log, now }: Upgrading, from: number): Promise<void> => {
  const database = systemDatabase(documents)
  const folder = join(place.folder, 'backups')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const time = new Date(now()).toISOString().replaceAll(':', '-')
  const path = join(folder, `version-${from}-${time}.tar`)
  log.info('the store is upgraded; a backup is made first', { from, to: storeVersion, path })
  await writeBackup(path, backUp(place, now()))
  for (const { to, about, run } of upgrades) {
    if (to <= from) continue
    await run(database)
    await writeStoreState(database, { version: to, isRestoring: false })
    log.info('the store was upgraded', { to, about })
  }
}

/** Runs the work unless another server of the same MongoDB is at it: a data folder has one server only. */
const asOnlyOne = async (
  { documents, log, now }: Upgrading,
  work: () => Promise<void>,
): Promise<void> => {
  if (documents.engine === 'embedded') return work()
  const leases = await openLeaseStore(systemDatabase(documents))
  const owner = randomHex(8)
  const acquire = () => leases.acquire({ name: leaseName, owner, now: now(), forMs: leaseMs })
  if ((await acquire()) === undefined) {
    await new Promise(resolve => setTimeout(resolve, waitMs))
    return
  }
  const renewal = setInterval(() => {
    acquire().catch((error: unknown) => log.warn('the lease was not renewed', { err: error }))
  }, leaseMs / 3)
  try {
    await work()
  } finally {
    clearInterval(renewal)
    await leases.release(leaseName, owner, '')
  }
}

/**
 * Brings a store of an older server to the form of now, after a backup into `<data>/backups`. Of several servers that
 * start together one does it and the others wait.
 *
 * @throws StoreRefusedError for a store of a newer server, or one that a restore has left half
 */
export const upgradeStore = async (upgrading: Upgrading): Promise<void> => {
  const { documents } = upgrading
  for (;;) {
    const version = await checkStore(documents)
    if (version === undefined) await nameVersion(systemDatabase(documents))
    if (version === undefined || version === storeVersion) return
    await asOnlyOne(upgrading, () => upgrade(upgrading, version))
  }
}
