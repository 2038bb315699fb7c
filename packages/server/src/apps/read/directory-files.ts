import { createHash } from 'node:crypto'
import type { DirectoryProblem } from '../directory.ts'
import type { DirectorySource } from './directory-source.ts'
import { readJsonText } from './json-text.ts'

type ReadOptions = { readonly isSecret?: boolean }

/** The files of one app directory. What keeps a file from being read is reported, never thrown. */
export type DirectoryFiles = {
  /** The file as text, `undefined` when there is none or it cannot be used. */
  readText(file: string): Promise<string | undefined>
  /**
   * The file as JSON, `undefined` when there is none or it cannot be used. A secret one has no part in the
   * digest.
   */
  readJson(file: string, options?: ReadOptions): Promise<unknown>
  /** The file as JSON; nothing is reported and the file has no part in the digest. */
  peekJson(file: string): Promise<{ readonly found: boolean; readonly value: unknown }>
  /** Reports what keeps the file from being JSON; it has no part in the digest. */
  checkJson(file: string): Promise<void>
  /** Names in a folder in alphabetical order, hidden ones left out; none when there is no such folder. */
  list(folder: string): Promise<string[]>
  /** SHA-256, hex, over the names and bytes of all files read so far. */
  digest(): string
}

/** Reads from `source`, keeping account of what was read. */
export const createDirectoryFiles = (
  source: DirectorySource,
  report: (problem: DirectoryProblem) => void,
): DirectoryFiles => {
  const hashes = new Map<string, string>()

  const readText = async (
    file: string,
    { isSecret = false }: ReadOptions = {},
  ): Promise<string | undefined> => {
    const { bytes, trouble } = await source.read(file)
    if (trouble !== undefined) report({ file, message: trouble })
    if (bytes === undefined) return undefined
    if (!isSecret) hashes.set(file, createHash('sha256').update(bytes).digest('hex'))
    const text = decode(bytes)
    if (text === undefined) report({ file, message: 'is not UTF-8 text' })
    return text
  }

  return {
    readText: file => readText(file),
    readJson: async (file, options) => {
      const text = await readText(file, options)
      if (text === undefined) return undefined
      const { value, problem } = readJsonText(text)
      if (problem) report({ file, ...problem })
      return value
    },
    peekJson: async file => {
      const { bytes, trouble } = await source.read(file)
      if (bytes === undefined) return { found: trouble !== undefined, value: undefined }
      return { found: true, value: readJsonText(decode(bytes) ?? '').value }
    },
    checkJson: async file => {
      const { bytes } = await source.read(file)
      const problem = bytes && readJsonText(decode(bytes) ?? '').problem
      if (problem) report({ file, ...problem })
    },
    list: async folder => {
      const { names, trouble } = await source.list(folder)
      if (trouble !== undefined) report({ file: folder, message: trouble })
      return names.filter(name => !name.startsWith('.')).sort()
    },
    digest: () => {
      const hash = createHash('sha256')
      for (const file of [...hashes.keys()].sort()) hash.update(`${file}\0${hashes.get(file)}\n`)
      return hash.digest('hex')
    },
  }
}

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
