import { existsSync } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ArchiveError } from './archive.ts'
import { filesFolder } from './facts.ts'
import type { TakeFile } from './unpack.ts'

/** Files on their way in; not all are there. */
const partOf = (folder: string): string => join(folder, 'restore.part')
/** All are there and whole; those of before have to make room. */
const readyOf = (folder: string): string => join(folder, 'restore.ready')
/** Those of before are away; these move to their places. */
const movingOf = (folder: string): string => join(folder, 'restore.moving')

const syncPath = async (path: string): Promise<void> => {
  if (process.platform === 'win32') return
  await using handle = await open(path)
  await handle.sync()
}

/** Stays where it is when a backup takes the place of what is in the folder. */
const staysPut = (name: string): boolean => /^(lock\.db|restore\.|replaced-|backups$)/.test(name)

/** True for a folder that holds a server's data. */
export const isInUse = async (folder: string): Promise<boolean> =>
  existsSync(folder) && (await readdir(folder)).some(name => !staysPut(name))

/**
 * Puts what a log of changes had counted behind it: who watched before would wait for changes that never come, or miss
 * some. They are told to begin anew.
 */
const forgetChanges = (path: string): void => {
  const database = new DatabaseSync(path)
  try {
    database.exec(`
      BEGIN IMMEDIATE;
      DELETE FROM changes;
      UPDATE meta SET value = lower(hex(randomblob(8))) WHERE key = 'log';
      COMMIT;
      PRAGMA wal_checkpoint(TRUNCATE);
    `)
  } catch (cause) {
    throw new ArchiveError(`${path} of the backup is no database of Regent`, { cause })
  } finally {
    database.close()
  }
}

/** Unpacks files of a backup into the folder, beside what is there. */
export const takeFiles = async (folder: string): Promise<TakeFile> => {
  const part = partOf(folder)
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { recursive: true, mode: 0o700 })
  return async (name, content) => {
    if (!name.startsWith(filesFolder)) throw new ArchiveError(`unknown file ${name} in the backup`)
    const path = join(part, name.slice(filesFolder.length))
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    {
      await using file = await open(path, 'wx', 0o600)
      for await (const bytes of content) await file.writeFile(bytes)
      await file.sync()
    }
    await chmod(path, 0o600)
    if (name.endsWith('.db')) forgetChanges(path)
  }
}

/** From here on the restore is finished, if not by this process then by the next one that opens the folder. */
export const markReady = async (folder: string): Promise<void> => {
  await syncPath(partOf(folder))
  await rename(partOf(folder), readyOf(folder))
  await syncPath(folder)
}

const moveAll = async (from: string, to: string, isMoved: (name: string) => boolean) => {
  for (const name of await readdir(from)) {
    if (isMoved(name)) await rename(join(from, name), join(to, name))
  }
}

const makeRoom = async (folder: string, away: string): Promise<void> => {
  if (await isInUse(folder)) {
    await mkdir(away, { recursive: true, mode: 0o700 })
    await moveAll(folder, away, name => !staysPut(name))
  }
  await syncPath(folder)
  await rename(readyOf(folder), movingOf(folder))
  await syncPath(folder)
}

/**
 * Puts files that were unpacked whole in their places; what was there moves to `replaced-<time>`. Does nothing when
 * there are none. May be cut off anywhere and begun again; the folder belongs to the caller.
 */
export const finishRestore = async (folder: string, now: number): Promise<void> => {
  const time = new Date(now).toISOString().replaceAll(':', '-')
  if (existsSync(readyOf(folder))) await makeRoom(folder, join(folder, `replaced-${time}`))
  const moving = movingOf(folder)
  if (!existsSync(moving)) return
  await moveAll(moving, folder, () => true)
  await syncPath(folder)
  await rm(moving, { recursive: true })
}

/** Removes what backups and restores that were cut off have left. The folder belongs to the caller. */
export const removeLeftovers = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    if (/^(backup-|restore\.part$)/.test(name)) {
      await rm(join(folder, name), { recursive: true, force: true })
    }
  }
}

/** Finishes what was cut off in a folder that belongs to the caller. */
export const settleFolder = async (folder: string, now: number): Promise<void> => {
  await finishRestore(folder, now)
  await removeLeftovers(folder)
}
