import { dataTypes } from '../data-sources/source-config.ts'
import type { AppFiles } from '../definition/definition.ts'
import { parseKeepingNumbers, writeJsonText } from '../definition/json-numbers.ts'
import { fileName } from '../definition/render/file-name.ts'
import type { AppDirectory } from '../directory.ts'
import { type Fields, isFields } from '../fields.ts'
import type { RootFile } from '../read/root-file.ts'

/** What was read of the directory whose files they are. */
export type ReadDirectory = {
  readonly root: RootFile
  readonly directory: Pick<AppDirectory, 'providers' | 'customUserData'>
}

type Files = Map<string, Uint8Array>
const readFields = (files: Files, path: string): Fields => {
  const bytes = files.get(path)
  const value =
    bytes &&
    parseKeepingNumbers(
      Buffer.from(bytes)
        .toString()
        .replace(/^\uFEFF/, ''),
    )
  return isFields(value) ? value : {}
}

const write = (files: Files, path: string, value: unknown): void => {
  files.set(path, Buffer.from(writeJsonText(value)))
}

const move = (files: Files, from: string, to: string): void => {
  const bytes = files.get(from)
  if (!bytes || from === to) return
  files.delete(from)
  files.set(to, bytes)
}

/** Paths that a pattern knows, each with what its groups hold. */
const matching = (files: Files, pattern: RegExp): string[][] =>
  [...files.keys()].sort().flatMap(path => {
    const match = pattern.exec(path)
    return match ? [[...match]] : []
  })

/** Settings that have files of their own since 2021. */
const upgradeRoot = (files: Files, { root, directory }: ReadDirectory): void => {
  const content = readFields(files, root.file)
  const { security, hosting, sync, custom_user_data_config: userData, ...rest } = content
  const { config_version: _old, ...fields } = rest
  const origins = root.allowedRequestOrigins
  files.delete(root.file)
  write(files, 'root_config.json', {
    config_version: 20210101,
    ...fields,
    ...(origins.length > 0 && { allowed_request_origins: origins }),
  })
  for (const [path, value] of Object.entries({ hosting, sync })) {
    const file = `${path}/config.json`
    if (value != null && !files.has(file)) write(files, file, value)
  }
  if (isFields(userData) && !files.has('auth/custom_user_data.json')) {
    const { mongo_service_id: _id, ...said } = userData
    const source = directory.customUserData?.source
    write(files, 'auth/custom_user_data.json', {
      ...said,
      ...(source !== undefined && { mongo_service_name: source }),
    })
  }
}

const upgradeProviders = (files: Files): void => {
  const entries = matching(files, /^auth_providers\/([^/]+)\.json$/).map(
    ([path = '', type = '']) => {
      const entry = readFields(files, path)
      files.delete(path)
      return [type, entry] as const
    },
  )
  write(files, 'auth/providers.json', Object.fromEntries(entries))
}

const upgradeFunctions = (files: Files): void => {
  const manifestFile = 'functions/config.json'
  if (files.has(manifestFile)) return
  const manifests = matching(files, /^functions\/(.+)\/source\.js$/).map(([path = '', name]) => {
    const manifest = readFields(files, `functions/${name}/config.json`)
    files.delete(`functions/${name}/config.json`)
    move(files, path, `functions/${name}.js`)
    return manifest
  })
  write(files, manifestFile, manifests)
}

/** Data sources among the services get folders of their own, with a folder for each collection. */
const upgradeServices = (files: Files): void => {
  for (const [path = '', service] of matching(files, /^services\/([^/]+)\/config\.json$/)) {
    const { type } = readFields(files, path)
    if (typeof type === 'string' && type !== '' && !dataTypes.includes(type)) continue
    const [from, to] = [`services/${service}`, `data_sources/${service}`]
    move(files, path, `${to}/config.json`)
    move(files, `${from}/default_rule.json`, `${to}/default_rule.json`)
    const pattern = /^services\/([^/]+)\/rules\/([^./]*)\.(.+)\.json$/
    for (const [rules = '', owner, database, collection] of matching(files, pattern)) {
      if (owner !== service) continue
      const { database: said, collection: named } = readFields(files, rules)
      const folder = [said ?? database, named ?? collection].map(name => fileName(String(name)))
      move(files, rules, `${to}/${folder.join('/')}/rules.json`)
    }
  }
}

/**
 * The directory of the layout before 2021 in the layout since then; it says the same.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/reference/config/legacy/
 */
export const upgradeLayout = (given: AppFiles, read: ReadDirectory): AppFiles => {
  const files: Files = new Map(given)
  upgradeRoot(files, read)
  upgradeProviders(files)
  upgradeFunctions(files)
  upgradeServices(files)
  move(files, 'data_api_config.json', 'http_endpoints/data_api_config.json')
  return files
}
