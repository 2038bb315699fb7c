import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** The bytes of a file, or in words why one that is there cannot be used, or neither when there is none. */
export type FileBytes = { readonly bytes?: Uint8Array; readonly trouble?: string }

/** Where the files of an app directory come from: a folder on disk, or a request. */
export type DirectorySource = {
  read(file: string): Promise<FileBytes>
  /** Names in a folder, or in words why it cannot be listed; none when there is no such folder. */
  list(folder: string): Promise<{ readonly names: readonly string[]; readonly trouble?: string }>
}

const mebibyte = 1_048_576

/** Lockfiles name every package of every package. */
const mostBytes = (file: string): number =>
  file.endsWith('package-lock.json') ? 4 * mebibyte : mebibyte

const tooLarge = (file: string): string => `is larger than ${mostBytes(file) / mebibyte} MiB`

const code = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
const isMissing = (error: unknown): boolean => code(error) === 'ENOENT' || code(error) === 'ENOTDIR'
const cannotBeRead = (error: unknown): string => `cannot be read (${code(error) ?? String(error)})`

/**
 * A folder on disk: regular files of bounded size, none behind a link that leaves the folder.
 *
 * @throws the system's error when the folder itself cannot be opened.
 */
export const openFolder = async (path: string): Promise<DirectorySource> => {
  const root = await realpath(path)
  await readdir(root)
  return {
    read: file => readWithin(root, file),
    list: async folder => {
      try {
        return { names: await readdir(join(root, folder)) }
      } catch (error) {
        return isMissing(error) ? { names: [] } : { names: [], trouble: cannotBeRead(error) }
      }
    },
  }
}

const readWithin = async (root: string, file: string): Promise<FileBytes> => {
  try {
    const real = await realpath(join(root, file))
    if (!real.startsWith(root + sep)) {
      return { trouble: 'is a link that leaves the app directory; put the file itself here' }
    }
    return await readRegularFile(real)
  } catch (error) {
    return isMissing(error) ? {} : { trouble: cannotBeRead(error) }
  }
}

const readRegularFile = async (real: string): Promise<FileBytes> => {
  await using handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  const stat = await handle.stat()
  if (!stat.isFile()) return { trouble: 'is not a file' }
  if (stat.size > mostBytes(real)) return { trouble: tooLarge(real) }
  return { bytes: await handle.readFile() }
}

/** Files that came as texts, named by their path below the directory, with `/`. */
export const filesInMemory = (files: Readonly<Record<string, string>>): DirectorySource => {
  const texts = new Map(Object.entries(files))
  return {
    read: async file => {
      const text = texts.get(file)
      if (text === undefined) return {}
      const bytes = Buffer.from(text)
      return bytes.length > mostBytes(file) ? { trouble: tooLarge(file) } : { bytes }
    },
    list: async folder => {
      const prefix = folder === '.' ? '' : `${folder}/`
      const below = [...texts.keys()].filter(file => file.startsWith(prefix))
      return {
        names: [...new Set(below.map(file => file.slice(prefix.length).split('/')[0] ?? ''))],
      }
    },
  }
}
