import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Plugin, type RolldownOutput, rolldown } from 'rolldown'
import { type Bundled, bundles, entries, freshBundles, mark, note } from './run/bundle.mjs'
import { root } from './run/root.mjs'

/** Bundles of running servers, which may load a part of theirs at any time, are among the newest. */
const kept = 5

/** A module finds its neighbours from where its source lies. */
const sourceUrls: Plugin = {
  name: 'source-urls',
  transform: (code, id) =>
    code.includes('import.meta.url')
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
      : undefined,
}

/** Native parts, and what is loaded at first use. */
const external = /^(node:|@node-rs\/|nodemailer|mongodb|rolldown)/

/** Packages change only with an install, which rewrites npm's list of them. */
const installed = join('node_modules', '.package-lock.json')

/** They say where packages are, and what a package's name leads to. */
const manifests = ['protocol', 'sdk', 'server', 'cli'].map(name => `packages/${name}/package.json`)

const inputOf = (file: string): string => {
  const path = relative(root, file)
  return path.startsWith('node_modules') ? installed : path
}

type Chunk = Extract<RolldownOutput['output'][number], { type: 'chunk' }>
type ModulesOf = (entry: string) => Iterable<string>

/** Learns which modules an entry leads to, those included that leave nothing in the output. */
const openModuleGraph = (): { readonly plugin: Plugin; readonly modulesOf: ModulesOf } => {
  const imports = new Map<string, readonly string[]>()
  const plugin: Plugin = {
    name: 'module-graph',
    moduleParsed: ({ id, importedIds, dynamicallyImportedIds }) => {
      imports.set(id, [...importedIds, ...dynamicallyImportedIds])
    },
  }
  const modulesOf: ModulesOf = entry => {
    const found = new Set([entry])
    for (const id of found) for (const next of imports.get(id) ?? []) found.add(next)
    return [...found].filter(id => imports.has(id) && !id.startsWith('\0'))
  }
  return { plugin, modulesOf }
}

/** Resolves undefined when a file changed while it was read. */
const build = async (): Promise<Record<string, Bundled> | undefined> => {
  const started = Date.now()
  const { plugin, modulesOf } = openModuleGraph()
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry, index) => [`${index}`, entry])),
    platform: 'node',
    external,
    resolve: { conditionNames: ['source', 'node', 'import'] },
    plugins: [sourceUrls, plugin],
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    // V8 keeps text with other characters at two bytes each.
    charset: 'ascii',
  })
  const isChanged = (await bundle.watchFiles).some(file => statSync(file).ctimeMs >= started)
  await bundle.close()
  if (isChanged) return undefined

  const chunks = output.flatMap(part => (part.type === 'chunk' ? [part] : []))
  const folder = writeChunks(chunks)
  const bundled = (entry: string, index: number): Bundled => {
    const inputs = new Set([...[...modulesOf(join(root, entry))].map(inputOf), ...manifests])
    return {
      file: join(folder, `${index}.mjs`),
      inputs: Object.fromEntries([...inputs].map(path => [path, mark(join(root, path))])),
    }
  }
  return Object.fromEntries(entries.map((entry, index) => [entry, bundled(entry, index)]))
}

/** A folder is named by what is in it, so that a running server never finds another version in its place. */
const writeChunks = (chunks: readonly Chunk[]): string => {
  const digest = createHash('sha256')
  for (const { fileName, code } of chunks) digest.update(fileName).update(code)
  const folder = digest.digest('hex').slice(0, 16)
  mkdirSync(join(bundles, folder), { recursive: true })
  for (const { fileName, code } of chunks) writeAtOnce(join(bundles, folder, fileName), code)
  return folder
}

const writeAtOnce = (file: string, text: string): void => {
  writeFileSync(`${file}.${process.pid}`, text)
  renameSync(`${file}.${process.pid}`, file)
}

const removeOld = (): void => {
  const folders = readdirSync(bundles, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => ({ name, at: statSync(join(bundles, name)).mtimeMs }))
    .toSorted((left, right) => right.at - left.at)
  for (const { name } of folders.slice(kept)) rmSync(join(bundles, name), { recursive: true })
}

if (Object.keys(freshBundles()).length < entries.length) {
  setPriority(10)
  const built = await build()
  if (built !== undefined) {
    writeAtOnce(note, JSON.stringify(built))
    removeOld()
  }
}
