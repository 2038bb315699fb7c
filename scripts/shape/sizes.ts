import { posix } from 'node:path'
import type { Finding, Rule } from './project.ts'
import type { Source } from './source.ts'

const codeStop = 300
const testStop = 600
const folderStop = 25

/** Tables may be long: rows, no logic. */
const tables = [
  'packages/protocol/src/errors.ts',
  'packages/protocol/src/paths.ts',
  'packages/server/src/config.ts',
  'packages/server/src/mail/letters.ts',
  'packages/server/src/routes/client/index.ts',
  'packages/server/src/routes/admin/index.ts',
]

/** Files and folders stay small enough to be read. */
export const sizeRule: Rule = ({ sources }) => [
  ...sources.flatMap(checkFile),
  ...checkFolders(sources.map(source => source.path)),
]

function checkFile({ path, codeLines }: Source): Finding[] {
  const stop = /\.test\.ts$|\/test\//.test(path) ? testStop : codeStop
  if (codeLines <= stop || tables.includes(path)) return []
  return [
    { path, message: `has ${codeLines} code lines, ${stop} are the limit: cut along the noun` },
  ]
}

function checkFolders(paths: readonly string[]): Finding[] {
  const counts = new Map<string, number>()
  for (const path of paths) {
    const folder = posix.dirname(path)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > folderStop)
    .map(([path, count]) => ({ path, message: `has ${count} files, ${folderStop} are the limit` }))
}
