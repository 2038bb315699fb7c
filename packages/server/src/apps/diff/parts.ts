import { digestOf } from '../../store/files.ts'
import type { AppFiles } from '../definition/definition.ts'
import { parseKeepingNumbers } from '../definition/json-numbers.ts'
import { type Fields, isFields } from '../fields.ts'

/** A part of an app that people know by a name, as text. */
export type Part = {
  readonly kind: string
  readonly name: string
  /** Files that say it. */
  readonly paths: readonly string[]
  readonly text: string
}

type File = { readonly path: string; readonly bytes: Uint8Array }

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const parse = (bytes: Uint8Array): unknown => {
  try {
    return parseKeepingNumbers(decode(bytes) ?? '')
  } catch {
    return undefined
  }
}

const first = ['name', 'type']

const inOrder = (_key: string, value: unknown): unknown => {
  if (!isFields(value) || 'rawJSON' in value) return value
  const rank = (key: string): number => (first.includes(key) ? first.indexOf(key) : first.length)
  const keys = Object.keys(value).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  return Object.fromEntries(keys.map(key => [key, value[key]]))
}

/** The same text for the same JSON, whatever the order of its members. */
const toText = (value: unknown): string => JSON.stringify(value, inOrder, 2)

const mostText = 262_144

const rawText = ({ bytes }: File): string => {
  const text = bytes.length > mostText ? undefined : decode(bytes)
  return text ?? `${bytes.length} bytes, SHA-256 ${digestOf(bytes)}`
}

const jsonText = (file: File): string => {
  const value = parse(file.bytes)
  return value === undefined ? rawText(file) : toText(value)
}

/** Files that are one part each: what the part is called, by the groups of their path. */
const wholes: readonly (readonly [RegExp, (...groups: string[]) => readonly [string, string]])[] = [
  [/^(?:root_config|realm_config)\.json$/, () => ['app', 'settings']],
  [/^auth\/custom_user_data\.json$/, () => ['custom user data', 'settings']],
  [/^functions\/(package(?:-lock)?\.json)$/, name => ['packages of functions', name]],
  [/^values\/(.+)\.json$/, name => ['value', name]],
  [/^environments\/(.+)\.json$/, name => ['environment', name]],
  [/^triggers\/(.+)\.json$/, name => ['trigger', name]],
  [/^log_forwarders\/(.+)\.json$/, name => ['log forwarder', name]],
  [/^data_sources\/([^/]+)\/config\.json$/, name => ['data source', name]],
  [/^data_sources\/([^/]+)\/default_rule\.json$/, name => ['default rule', name]],
  [
    /^data_sources\/([^/]+)\/([^/]+)\/([^/]+)\/(rules|schema|relationships)\.json$/,
    (source, database, collection, what) => [what, `${source}.${database}.${collection}`],
  ],
  [/^https?_endpoints\/data_api_config\.json$/, () => ['Data API', 'settings']],
  [/^regent\.json$/, () => ['Regent', 'settings']],
  [/^mail\/(.+)$/, name => ['letter', name]],
]

const toWhole = (file: File): Part => {
  const { path } = file
  for (const [pattern, describe] of wholes) {
    const groups = pattern.exec(path)?.slice(1)
    if (!groups) continue
    const [kind, name] = describe(...groups)
    return {
      kind,
      name,
      paths: [path],
      text: path.endsWith('.json') ? jsonText(file) : rawText(file),
    }
  }
  return { kind: 'file', name: path, paths: [path], text: rawText(file) }
}

const toProviders = ({ path, bytes }: File): Part[] | undefined => {
  const entries = parse(bytes)
  if (!isFields(entries)) return undefined
  return Object.entries(entries).map(([name, entry]) => ({
    kind: 'auth provider',
    name,
    paths: [path],
    text: toText(entry),
  }))
}

const toEndpoints = ({ path, bytes }: File): Part[] | undefined => {
  const entries = parse(bytes)
  if (!Array.isArray(entries) || !entries.every(isFields)) return undefined
  return entries.map(entry => ({
    kind: 'endpoint',
    name: `${entry.http_method ?? '*'} ${entry.route ?? ''}`,
    paths: [path],
    text: toText(entry),
  }))
}

const manifestFile = 'functions/config.json'
const functionFile = /^functions\/((?:[A-Za-z0-9_-]+\/)*[A-Za-z0-9_-]+)\.js$/

const readManifests = (files: AppFiles): ReadonlyMap<string, Fields> => {
  const list = parse(files.get(manifestFile) ?? new Uint8Array())
  const manifests = Array.isArray(list) ? list.filter(isFields) : []
  return new Map(manifests.map(manifest => [String(manifest.name), manifest]))
}

const toFunction = (file: File, manifest: Fields | undefined): Part => ({
  kind: 'function',
  name: functionFile.exec(file.path)?.[1] ?? file.path,
  paths: manifest ? [manifestFile, file.path] : [file.path],
  text: manifest ? `${toText(manifest)}\n${rawText(file)}` : rawText(file),
})

/** The parts of an app, in the order of their files. */
export const toParts = (files: AppFiles): Part[] => {
  const manifests = readManifests(files)
  return [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([path, bytes]) => {
      const file = { path, bytes }
      if (path === manifestFile) return []
      if (path === 'auth/providers.json') return toProviders(file) ?? [toWhole(file)]
      if (/^https?_endpoints\/config\.json$/.test(path)) return toEndpoints(file) ?? [toWhole(file)]
      const name = functionFile.exec(path)?.[1]
      return [name === undefined ? toWhole(file) : toFunction(file, manifests.get(name))]
    })
}
