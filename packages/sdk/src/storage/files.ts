import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

const ownerOnly = 0o600

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Makes the folder, readable by its owner only, and takes other people's rights away from one that is there. */
export const openFolder = (path: string): void => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
}

/** Not every system can flush a folder; those that cannot keep renames in order by themselves. */
const flushFolder = (path: string): void => {
  try {
    const folder = openSync(path, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    return
  }
}

/**
 * Replaces the file, flushed, so that a crash leaves either the old content or the new. Only one writer at a
 * time: the caller holds the lock of the folder.
 */
export const writeFile = (path: string, bytes: Uint8Array): void => {
  const temporary = `${path}.tmp`
  rmSync(temporary, { force: true })
  try {
    const file = openSync(temporary, 'wx', ownerOnly)
    try {
      writeFileSync(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  flushFolder(dirname(path))
}

/** The file's bytes, `undefined` when there is none. Rights of others on it are taken away. */
export const readFile = (path: string): Buffer | undefined => {
  try {
    const file = openSync(path, 'r')
    try {
      if ((fstatSync(file).mode & 0o077) !== 0) chmodSync(path, ownerOnly)
      return readFileSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export const removeFile = (path: string): void => {
  rmSync(path, { force: true })
  flushFolder(dirname(path))
}
