import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from '../run/root.mjs'

/** One of our packages as it would be published. */
export type Tarball = {
  readonly name: string
  readonly file: string
  readonly paths: readonly string[]
}

/** An empty project on this machine that has installed our packages. */
export type Consumer = {
  readonly folder: string
  readonly tarballs: readonly Tarball[]
  write(path: string, text: string): void
  [Symbol.dispose](): void
}

const packages = ['protocol', 'sdk', 'server', 'dev-openid', 'cli']

/** Packs our packages and installs them into a new project; what they depend on comes from the registry. */
export function openConsumer(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'regent-consumer-'))
  const store = join(folder, 'tarballs')
  mkdirSync(store)
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
  const tarballs = pack(store)
  const dependencies = Object.fromEntries(
    tarballs.map(({ name, file }) => [name, `file:tarballs/${file}`]),
  )
  write('package.json', JSON.stringify({ private: true, type: 'module', dependencies }))
  npm(['install', '--ignore-scripts', '--prefer-offline', '--loglevel=error'], folder)
  return {
    folder,
    tarballs,
    write,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function pack(store: string): Tarball[] {
  const workspaces = packages.map(name => `--workspace=packages/${name}`)
  const output = npm(['pack', '--json', `--pack-destination=${store}`, ...workspaces], root)
  const report = JSON.parse(output) as PackReport[] | Record<string, PackReport>
  return Object.values(report).map(({ name, filename, files }) => ({
    name,
    file: filename,
    paths: files.map(({ path }) => path),
  }))
}

type PackReport = { name: string; filename: string; files: { path: string }[] }

function npm(args: readonly string[], cwd: string): string {
  const script = process.env.npm_execpath
  return script === undefined
    ? execFileSync('npm', args, { cwd, encoding: 'utf8' })
    : execFileSync(process.execPath, [script, ...args], { cwd, encoding: 'utf8' })
}

/** The Node 20 of this machine, if it has one. */
export function findNode20(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders
    .map(folder => join(folder, 'node'))
    .filter(path => existsSync(path) && !path.startsWith(root))
    .find(path => execFileSync(path, ['--version'], { encoding: 'utf8' }).startsWith('v20.'))
}
