import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** One process's claim on a data folder. */
export type Ownership = { release(): void }

/** The data folder belongs to another process that runs now. */
export class FolderTakenError extends Error {
  override readonly name = 'FolderTakenError'
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5

/**
 * Makes the folder if it is missing (readable by its owner only) and claims it for this process, until it is
 * released or the process ends, however it ends.
 *
 * @throws FolderTakenError when another process has it.
 */
export const ownFolder = async (folder: string): Promise<Ownership> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(folder, 'lock.db'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!isBusy(cause)) throw cause
    throw new FolderTakenError(`another Regent server is using the data folder ${folder}`, {
      cause,
    })
  }
  return {
    release: () => {
      if (lock.isOpen) lock.close()
    },
  }
}
