import { setImmediate } from 'node:timers/promises'
import type { AppFunction } from '../../domain/function.ts'
import { checkSource } from '../../functions/prepare.ts'
import { complain, inside, type Place } from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'
import {
  functionName,
  type PlacedManifest,
  readManifest,
  readManifestList,
  toFunction,
} from './function-manifest.ts'
import type { Reading } from './reading.ts'

const folder = 'functions'
const manifestFile = `${folder}/config.json`
const mostFolders = 10

export type ReadFunctions = {
  readonly functions: readonly AppFunction[]
  /** True when each function is a folder of its own. */
  readonly isInFolders: boolean
}

/**
 * Reads the functions of either layout: one list of manifests with a file for each function, or a folder for
 * each function. A file without a manifest is a function with the defaults.
 */
export const readFunctions = async (reading: Reading): Promise<ReadFunctions> => {
  const { files, layout } = reading
  const names = await findFiles(files, folder)
  const isInFolders = layout === 'legacy' && !names.includes(manifestFile)
  const functions = await (isInFolders ? readFolders : readFiles)(reading, names)
  return { functions, isInFolders }
}

const readFiles = async (reading: Reading, names: readonly string[]): Promise<AppFunction[]> => {
  const { files, report, notes } = reading
  const manifests = new Map<string, PlacedManifest>()
  for (const { manifest, place } of await readManifestList(reading, manifestFile)) {
    const file = `${folder}/${manifest.name}.js`
    const at = inside(place, 'name')
    if (manifests.has(manifest.name)) complain(at, `is "${manifest.name}" a second time`)
    else if (!names.includes(file)) {
      complain(at, `is "${manifest.name}", and there is no file ${file}`)
    }
    manifests.set(manifest.name, { manifest, place })
  }

  const functions: AppFunction[] = []
  for (const file of names.filter(name => name.endsWith('.js'))) {
    const name = file.slice(folder.length + 1, -3)
    if (!functionName.test(name)) {
      notes.ignored.push(file)
      continue
    }
    const source = await readSource(files, { file, report })
    if (source === undefined) continue
    const { manifest = { name }, place } = manifests.get(name) ?? {}
    const made = toFunction(manifest, source)
    await refuseBroken(made, { file, report }, place)
    functions.push(made)
  }
  return functions
}

const readFolders = async (reading: Reading, names: readonly string[]): Promise<AppFunction[]> => {
  const { files, report } = reading
  const functions: AppFunction[] = []
  for (const file of names.filter(name => name.endsWith('/source.js'))) {
    const name = file.slice(folder.length + 1, -'/source.js'.length)
    const place = { file: `${folder}/${name}/config.json`, report }
    const manifest = await readManifest(reading, place)
    const source = await readSource(files, { file, report })
    if (!manifest || source === undefined) continue
    if (manifest.name !== name) {
      complain(inside(place, 'name'), `must be "${name}", as the folder is named`)
    }
    const made = toFunction(manifest, source)
    await refuseBroken(made, { file, report }, place)
    functions.push(made)
  }
  for (const file of names.filter(each => each.endsWith('/config.json'))) {
    const source = file.replace(/config\.json$/, 'source.js')
    if (!names.includes(source)) report({ file: source, message: 'is missing beside config.json' })
  }
  return functions
}

const readSource = async (files: DirectoryFiles, place: Place): Promise<string | undefined> => {
  const source = await files.readText(place.file)
  if (source?.trim() === '') complain(place, 'is empty; it must assign a function to `exports`')
  return source
}

/** Sources that are no JavaScript, here and not where they would run. */
const refuseBroken = async (
  made: AppFunction,
  { file, report }: Place,
  manifest: Place | undefined,
): Promise<void> => {
  if (made.source.trim() === '') return
  for (const { name: _name, isOfScript, ...problem } of checkSource(made)) {
    if (isOfScript && manifest) {
      const { line, message } = problem
      const place = inside(manifest, 'run_as_user_id_script_source')
      complain(place, line === undefined ? message : `is no JavaScript: ${message}`)
    } else report({ file, ...problem })
  }
  await setImmediate()
}

/** Every file below a folder but those of `node_modules`, by path. */
const findFiles = async (files: DirectoryFiles, path: string, depth = 0): Promise<string[]> => {
  if (depth > mostFolders) return []
  const found: string[] = []
  for (const name of await files.list(path)) {
    if (name.startsWith('node_modules')) continue
    const file = `${path}/${name}`
    const below = name.endsWith('.js') ? [] : await findFiles(files, file, depth + 1)
    found.push(...(below.length > 0 ? below : [file]))
  }
  return found
}
