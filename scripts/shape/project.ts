import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSource, type Source } from './source.ts'

/** Something in the repository that breaks one of its rules. */
export type Finding = { readonly path: string; readonly line?: number; readonly message: string }

/** The repository's files, read once for all rules. */
export type Project = {
  /** Text by path from the repository's top, `/` between folders. */
  readonly files: ReadonlyMap<string, string>
  /** The same, parsed, of every file that is TypeScript. */
  readonly sources: readonly Source[]
}

/** A rule of the house: what in the project breaks it. */
export type Rule = (project: Project) => readonly Finding[]

const binary = /\.(png|jpg|ico|woff2|gz|tgz|db)$/

/** Reads all files that git knows or would add. */
export function readProject(root: string): Project {
  const list = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  const paths = list
    .split('\0')
    .filter(path => path !== '' && !binary.test(path) && existsSync(join(root, path)))
  return projectOf(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]))
}

/** A project of the given files. */
export function projectOf(entries: Iterable<readonly [path: string, text: string]>): Project {
  const files = new Map(entries)
  const sources = [...files]
    .filter(([path]) => path.endsWith('.ts'))
    .map(([path, text]) => parseSource(path, text))
  return { files, sources }
}
