import { constants } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'

/** The bytes of a file, or in words why one that is there cannot be used, or neither when there is none. */
export type FileBytes = { readonly bytes?: Uint8Array; readonly trouble?: string }

/** Names in a folder, or in words why it cannot be listed; none when there is no such folder. */
export type FolderNames = { readonly names: readonly string[]; readonly trouble?: string }

/** Where the files of an app directory come from: a folder on disk, or a request. */
export type DirectorySource = {
  /** `mostBytes`: default that of a file that is served. */
  read(file: string, mostBytes?: number): Promise<FileBytes>
  list(folder: string): Promise<FolderNames>
}

const mebibyte = 1_048_576

/** Lockfiles name every package of every package. */
const mostBytesOf = (file: string): number =>
  file.endsWith('package-lock.json') ? 4 * mebibyte : mebibyte

/** Trouble with a folder that is empty, or with what a system keeps among files. */
export const notAFile = 'is not a file'

const tooLarge = (mostBytes: number): string => `is larger than ${mostBytes / mebibyte} MiB`

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
    read: (file, mostBytes = mostBytesOf(file)) => readWithin(root, file, mostBytes),
    list: async folder => {
      try {
        const trouble = await findLinkTrouble(root, folder)
        if (trouble !== undefined) return { names: [], trouble }
        return { names: await readdir(join(root, folder)) }
      } catch (error) {
        return isMissing(error) ? { names: [] } : { names: [], trouble: cannotBeRead(error) }
      }
    },
  }
}

const leaves = 'is a link that leaves the app directory; put the file itself here'

const parentsOf = (path: string, root: string): string[] =>
  path === root ? [] : [dirname(path), ...parentsOf(dirname(path), root)]

/** Links are followed within the directory, and never round in circles. */
const findLinkTrouble = async (root: string, folder: string): Promise<string | undefined> => {
  const path = join(root, folder)
  const real = await realpath(path)
  if (real === path) return undefined
  if (real !== root && !real.startsWith(root + sep)) return leaves
  const above = await Promise.all(parentsOf(path, root).map(parent => realpath(parent)))
  return above.includes(real) ? 'is a link to a folder that it is in' : undefined
}

const readWithin = async (root: string, file: string, mostBytes: number): Promise<FileBytes> => {
  try {
    const real = await realpath(join(root, file))
    if (!real.startsWith(root + sep)) {
      return { trouble: leaves }
    }
    return await readRegularFile(real, mostBytes)
  } catch (error) {
    return isMissing(error) ? {} : { trouble: cannotBeRead(error) }
  }
}

const readRegularFile = async (real: string, mostBytes: number): Promise<FileBytes> => {
  await using handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  const stat = await handle.stat()
  if (!stat.isFile()) return { trouble: notAFile }
  if (stat.size > mostBytes) return { trouble: tooLarge(mostBytes) }
  return { bytes: await handle.readFile() }
}

/** Files that came as texts or bytes, named by their path below the directory, with `/`. */
export const filesInMemory = (files: ReadonlyMap<string, string | Uint8Array>): DirectorySource => {
  const folders = new Map<string, Set<string>>()
  for (const path of files.keys()) {
    const parts = path.split('/')
    for (const [index, name] of parts.entries()) {
      const folder = index === 0 ? '.' : parts.slice(0, index).join('/')
      folders.set(folder, (folders.get(folder) ?? new Set()).add(name))
    }
  }
  return {
    read: async (file, mostBytes = mostBytesOf(file)) => {
      const content = files.get(file)
      if (content === undefined) return {}
      const bytes = typeof content === 'string' ? Buffer.from(content) : content
      return bytes.length > mostBytes ? { trouble: tooLarge(mostBytes) } : { bytes }
    },
    list: async folder => ({ names: [...(folders.get(folder) ?? [])] }),
  }
}
