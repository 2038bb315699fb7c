import type { DirectoryFiles } from './directory-files.ts'
import { nearest } from './nearest.ts'
import { type RootFile, rootFiles } from './root-file.ts'

/** What a directory holds beyond what is deployed, in words a person knows from the export. */
export type UnreadParts = {
  /** Parts that Regent does not read yet. */
  readonly later: readonly string[]
  /** Parts of the original that Regent does not offer. */
  readonly never: readonly string[]
}

type Part = {
  /** As it stands in the warning. */
  readonly name: string
  /** Files and folders of it; the part is used as soon as one of them says something. */
  readonly paths: readonly string[]
  /** Field of a legacy root file with the same settings. */
  readonly rootField?: string
}

const laterParts: readonly Part[] = [
  { name: 'http_endpoints/', paths: ['http_endpoints', 'https_endpoints', 'data_api_config.json'] },
  { name: 'log_forwarders/', paths: ['log_forwarders'] },
]

const neverParts: readonly Part[] = [
  { name: 'Device Sync', paths: ['sync'], rootField: 'sync' },
  { name: 'GraphQL', paths: ['graphql/custom_resolvers'] },
  { name: 'static hosting', paths: ['hosting'], rootField: 'hosting' },
]

/** Folders of settings that are kept; what is JSON by its name is to be JSON. */
const keptFolders = [
  'http_endpoints',
  'https_endpoints',
  'log_forwarders',
  'sync',
  'graphql',
  'graphql/custom_resolvers',
  'hosting',
]

/** Reports settings that nothing serves and that are no JSON: another tool may want them one day. */
export const checkUnreadParts = async (files: DirectoryFiles): Promise<void> => {
  for (const folder of keptFolders) {
    for (const name of await files.list(folder)) {
      if (name.endsWith('.json')) await files.checkJson(`${folder}/${name}`)
    }
  }
  await files.checkJson('data_api_config.json')
}

/** What may stand at the root of a directory, in either layout. */
const rootNames = [
  ...['auth', 'data_sources', 'environments', 'functions', 'graphql', 'hosting', 'http_endpoints'],
  ...['https_endpoints', 'log_forwarders', 'mail', 'services', 'sync', 'triggers', 'values'],
  ...['auth_providers', 'regent.json', 'secrets.json', 'data_api_config.json', ...rootFiles],
]

/** Files and folders at the root whose names are nearly those of an app's: most likely meant to be read. */
export const findMistyped = async (files: DirectoryFiles): Promise<string[]> =>
  (await files.list('.')).flatMap(name => {
    const like = rootNames.includes(name) ? undefined : nearest(name, rootNames)
    return like === undefined ? [] : [`${name} (is "${like}" meant?)`]
  })

/** Looks at most this many files deep into a part before it counts as used. */
const maxLooks = 200
const maxDepth = 6

/**
 * Finds the parts that a directory really uses: a fresh export has an empty file for nearly every part, and
 * a warning about those would hide the others.
 */
export const findUnreadParts = async (
  files: DirectoryFiles,
  root: RootFile | undefined,
): Promise<UnreadParts> => {
  const used = async (parts: readonly Part[]): Promise<string[]> => {
    const names: string[] = []
    for (const part of parts) if (await isUsed(files, part, root)) names.push(part.name)
    return names
  }
  return { later: await used(laterParts), never: await used(neverParts) }
}

const isUsed = async (
  files: DirectoryFiles,
  { paths, rootField }: Part,
  root: RootFile | undefined,
): Promise<boolean> => {
  if (rootField !== undefined && saysSomething(root?.content[rootField], 0)) return true
  const looks = { left: maxLooks }
  for (const path of paths) if (await holdsSomething(files, path, 0, looks)) return true
  return false
}

const holdsSomething = async (
  files: DirectoryFiles,
  path: string,
  depth: number,
  looks: { left: number },
): Promise<boolean> => {
  if (looks.left-- <= 0 || depth > maxDepth) return true
  if (path.endsWith('.json')) {
    const { found, value } = await files.peekJson(path)
    return found && (value === undefined || saysSomething(value, 0))
  }
  const names = await files.list(path)
  if (names.length === 0) return /\.\w+$/.test(path) && depth > 0
  for (const name of names) {
    if (await holdsSomething(files, `${path}/${name}`, depth + 1, looks)) return true
  }
  return false
}

/** False for what exports write where nothing was configured: empty, off, or a development switch that is off. */
const saysSomething = (value: unknown, depth: number): boolean => {
  if (depth > maxDepth) return true
  if (Array.isArray(value)) return value.length > 0
  if (typeof value !== 'object' || value === null) return Boolean(value)
  if ('enabled' in value && value.enabled === false) return false
  if ('disabled' in value && value.disabled === true) return false
  if ('state' in value && value.state === 'disabled') return false
  return Object.values(value).some(member => saysSomething(member, depth + 1))
}
