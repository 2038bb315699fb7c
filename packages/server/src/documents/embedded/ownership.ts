import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DocumentsError } from '../error.ts'

export type Ownership = {
  /** Lets another process have the folder. May be called twice. */
  release(): void
}

/** Kept here because a connection that nobody refers to is closed by the garbage collector. */
const held = new Set<DatabaseSync>()

const readHolder = (path: string): string => {
  try {
    return ` (process ${readFileSync(path, 'utf8').trim()})`
  } catch {
    return ''
  }
}

const openLock = (path: string): DatabaseSync => {
  closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Makes this process the only owner of a data folder, until it lets go or ends in whatever way.
 *
 * The lock is one that the system holds for an open `lock.db`, so that a killed process leaves none behind. No
 * other code may open that file: closing any handle on it would free the lock.
 *
 * @throws `Unavailable` when another process (or another caller in this one) has the folder, naming the process.
 */
export const acquireOwnership = (folder: string): Ownership => {
  const path = join(folder, 'lock.db')
  const holderPath = join(folder, 'lock.pid')
  let lock: DatabaseSync | undefined
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    lock = openLock(path)
    writeFileSync(holderPath, `${process.pid}\n`, { mode: 0o600 })
  } catch (cause) {
    lock?.close()
    const isHeld = cause instanceof Error && cause.message.includes('locked')
    throw new DocumentsError(
      'Unavailable',
      isHeld
        ? `${folder} is in use by another server${readHolder(holderPath)}`
        : `${folder} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
  const database = lock
  held.add(database)

  return {
    release: () => {
      if (!held.delete(database)) return
      rmSync(holderPath, { force: true })
      database.close()
    },
  }
}
