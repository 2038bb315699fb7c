import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from './embedded/engine/connection.ts'

/** One process's claim on a data folder. */
export type Ownership = {
  /** May be called twice. */
  release(): void
}

/** The data folder belongs to another process that runs now. */
export class FolderTakenError extends Error {
  override readonly name = 'FolderTakenError'
}

/** Kept here because a connection that nobody refers to is closed by the garbage collector. */
const held = new Set<DatabaseSync>()

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5

/**
 * Makes the folder if it is missing (readable by its owner only) and claims it for this process, until it is
 * released or the process ends, however it ends.
 *
 * The claim is a lock that the system holds for the open `lock.db`. No other code may open that file: closing
 * any handle on it would free the lock.
 *
 * @throws FolderTakenError when another process has it, or another caller in this one.
 */
export const ownFolder = async (folder: string): Promise<Ownership> => {
  makeFolder(folder)
  const path = join(folder, 'lock.db')
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw cause
    throw new FolderTakenError(`another Regent server is using the data folder ${folder}`, {
      cause,
    })
  }
  held.add(lock)
  return {
    release: () => {
      if (held.delete(lock)) lock.close()
    },
  }
}
