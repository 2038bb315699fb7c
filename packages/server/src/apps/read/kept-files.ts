import type { AppFiles } from '../definition/definition.ts'
import { type DirectorySource, type FolderNames, notAFile } from './directory-source.ts'

const mebibyte = 1_048_576
/** A file is one document of at most 16 MiB. */
const mostFileBytes = 15 * mebibyte
const mostBytes = 48 * mebibyte
const mostFiles = 5_000
const mostDepth = 20
const mostPath = 500

export type CollectedFiles = {
  readonly files: AppFiles
  /** What is not kept and why, in words; a folder of packages, hidden files and secrets are not told. */
  readonly leftOut: readonly string[]
}

/** Names that say that a folder's packages came with it: read for their names alone. */
const packages = /^functions\/node_modules(?:$|\.)/

/** What nobody would want kept: packages are installed anew, secrets are sealed elsewhere, hidden files are tools'. */
const isNone = (path: string): boolean =>
  path === 'secrets.json' || path.split('/').some(name => /^(?:\.|node_modules(?:$|\.))/.test(name))

/**
 * Every file of a directory, served or not, so that it can be given back. `forReading` also what is read and never kept:
 * `secrets.json`, and the names of packages that came whole.
 */
export const collectFiles = async (
  source: DirectorySource,
  { forReading = false }: { readonly forReading?: boolean } = {},
): Promise<CollectedFiles> => {
  const files = new Map<string, Uint8Array>()
  const leftOut: string[] = []
  let bytes = 0

  const keep = async (path: string): Promise<void> => {
    const { bytes: content, trouble } = await source.read(path, mostFileBytes)
    if (trouble !== undefined && trouble !== notAFile) leftOut.push(`${path} ${trouble}`)
    if (!content) return
    if (path.length > mostPath || /\p{Cc}/u.test(path)) {
      leftOut.push(`${path.slice(0, mostPath).replace(/\p{Cc}/gu, '?')} has no usable name`)
    } else if (files.size === mostFiles || bytes + content.length > mostBytes) {
      leftOut.push(`${path} is more than the ${mostFiles} files or ${mostBytes / mebibyte} MiB`)
    } else {
      files.set(path, content)
      bytes += content.length
    }
  }
  const walk = async (folder: string, depth: number): Promise<void> => {
    const { names } = await source.list(folder)
    for (const name of [...names].sort()) {
      const path = folder === '.' ? name : `${folder}/${name}`
      if (forReading && packages.test(path)) files.set(path, new Uint8Array())
      const isRead = forReading && path === 'secrets.json'
      if ((isNone(path) && !isRead) || files.size > mostFiles) continue
      const below: FolderNames = depth < mostDepth ? await source.list(path) : { names: [] }
      if (below.trouble !== undefined) leftOut.push(`${path} ${below.trouble}`)
      else if (below.names.length > 0) await walk(path, depth + 1)
      else await keep(path)
    }
  }
  await walk('.', 0)
  return { files, leftOut }
}
