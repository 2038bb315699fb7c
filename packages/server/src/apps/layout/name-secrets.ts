import { addressSecret } from '../data-sources/source-config.ts'
import type { AppFiles } from '../definition/definition.ts'
import { parseKeepingNumbers, writeJsonText } from '../definition/json-numbers.ts'
import type { AppDirectory, DirectoryProvider } from '../directory.ts'

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An expansion is for whoever reads the directory: what it stands for is elsewhere. */
const isValue = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && !value.includes('%(')

/** Changes one file of JSON, when `change` says that there was something to change. */
const changeJson = (
  files: Map<string, Uint8Array>,
  path: string,
  change: (content: Fields) => boolean,
): void => {
  const bytes = files.get(path)
  if (!bytes) return
  const content = parseKeepingNumbers(Buffer.from(bytes).toString())
  if (isFields(content) && change(content)) files.set(path, Buffer.from(writeJsonText(content)))
}

const nameInEntry = (entry: unknown, { secretConfig }: DirectoryProvider): boolean => {
  if (!isFields(entry)) return false
  const config = isFields(entry.config) ? entry.config : {}
  const names = isFields(entry.secret_config) ? entry.secret_config : {}
  const missing = Object.entries(secretConfig).filter(
    ([field]) => !(field in names) && !(field === 'signingKeys' && 'signingKey' in names),
  )
  const hasKey =
    isValue(config.signingKey) && 'signingKeys' in secretConfig && !('signingKeys' in names)
  if (hasKey) delete config.signingKey
  if (missing.length > 0) entry.secret_config = { ...names, ...Object.fromEntries(missing) }
  return hasKey || missing.length > 0
}

const nameInSource = (content: Fields): boolean => {
  const { config, name } = content
  if (!isFields(config) || !isValue(config.uri) || typeof name !== 'string') return false
  const names = isFields(content.secret_config) ? content.secret_config : {}
  delete config.uri
  if (!names.uri) content.secret_config = { ...names, uri: addressSecret(name) }
  return true
}

/**
 * Files in which no value of a secret stands: keys of `custom-token` and addresses of data sources, which are kept
 * sealed, are named instead; so are secrets that an import of `secrets.json` gave a provider.
 */
export const nameSecrets = (
  given: AppFiles,
  { directory }: { readonly directory: Pick<AppDirectory, 'providers'> },
): AppFiles => {
  const files = new Map(given)
  changeJson(files, 'auth/providers.json', entries => {
    const changed = directory.providers.map(one => nameInEntry(entries[one.type], one))
    return changed.includes(true)
  })
  for (const path of files.keys()) {
    if (/^(?:data_sources|services)\/[^/]+\/config\.json$/.test(path)) {
      changeJson(files, path, nameInSource)
    }
  }
  return files
}
