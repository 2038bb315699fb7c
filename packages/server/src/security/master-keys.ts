import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { readKeyFile } from './key-file.ts'
import type { KeyRing } from './key-ring.ts'

type Settings = Pick<Config, 'masterKey' | 'masterKeyBefore'>

const fileOf = (folder: string): string => join(folder, 'master.key')
/** A master key on its way to be the one in use. */
const nextFileOf = (folder: string): string => join(folder, 'master.key.next')

/** The master key in use, then others that the store may still be sealed with. */
export const readMasterKeys = async (
  folder: string,
  { masterKey, masterKeyBefore }: Settings,
): Promise<readonly Uint8Array[]> => {
  const next = nextFileOf(folder)
  const inUse =
    masterKey === undefined
      ? [await readKeyFile(fileOf(folder)), ...(existsSync(next) ? [await readKeyFile(next)] : [])]
      : [Buffer.from(masterKey, 'base64')]
  return [
    ...inUse,
    ...(masterKeyBefore === undefined ? [] : [Buffer.from(masterKeyBefore, 'base64')]),
  ]
}

const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  await using handle = await open(folder)
  await handle.sync()
}

/**
 * Puts a new master key in the place of the one in `<folder>/master.key`. The process may end anywhere in between: a
 * key that opens the store is in the file, or `settleMasterKeys` puts it there.
 *
 * @param isAlone no other machine has the old key: then it opens the store no more
 */
export const replaceMasterKey = async (
  folder: string,
  ring: KeyRing,
  isAlone: boolean,
): Promise<void> => {
  const next = nextFileOf(folder)
  await rm(next, { force: true })
  const key = await readKeyFile(next)
  await syncFolder(folder)
  await ring.addMasterKey(key)
  await rename(next, fileOf(folder))
  await syncFolder(folder)
  if (isAlone) await ring.keepOnlyMasterKey(key)
}

/** Finishes what a process left that ended while it replaced the master key. Nobody else may be at it. */
export const settleMasterKeys = async (
  folder: string,
  { settings, ring, isAlone }: { settings: Settings; ring: KeyRing; isAlone: boolean },
): Promise<void> => {
  if (settings.masterKey === undefined) await rm(nextFileOf(folder), { force: true })
  const [inUse] = await readMasterKeys(folder, settings)
  if (isAlone && inUse !== undefined) await ring.keepOnlyMasterKey(inUse)
}
