import { type ProviderType, providerTypes } from '@regent/protocol'
import { z } from 'zod'
import { check, flag, type Place, type Report, text } from './check.ts'
import type { DirectoryProvider } from './directory.ts'
import type { DirectoryFiles } from './directory-files.ts'
import { checkEmailPasswordConfig, unknownEmailPasswordFields } from './email-password-config.ts'
import type { Layout } from './root-file.ts'

const currentFile = 'auth/providers.json'
const legacyFolder = 'auth_providers'

/** Providers that this server can log in with. */
const servedProviders: readonly ProviderType[] = ['anon-user', 'local-userpass']

export type DirectoryProviders = {
  readonly providers: readonly DirectoryProvider[]
  /** Enabled in the directory, and not served yet. */
  readonly unserved: readonly ProviderType[]
  /** Fields and files that nothing reads. */
  readonly ignored: readonly string[]
}

const providerType = z.enum(providerTypes, { error: `must be one of ${providerTypes.join(', ')}` })

const fields = z.record(z.string(), z.unknown(), { error: 'must be an object' })

const entrySchema = z.looseObject(
  {
    name: text.optional(),
    type: providerType,
    disabled: flag.optional(),
    config: fields.nullish(),
    secret_config: fields.nullish(),
  },
  { error: 'must be an object' },
)

/** Reads and checks the auth providers of either layout; what is wrong is reported. */
export const readAuthProviders = async (
  files: DirectoryFiles,
  layout: Layout,
  report: Report,
): Promise<DirectoryProviders> => {
  const entries = await (layout === 'current' ? readCurrent : readLegacy)(files, report)
  const providers: DirectoryProvider[] = []
  const ignored = await findOtherLayout(files, layout)

  for (const { value, key, place } of entries) {
    const provider = checkEntry(value, key, place)
    if (!provider) continue
    const { type } = provider
    if (type === 'local-userpass') {
      const { config } = value as { config?: unknown }
      ignored.push(...unknownEmailPasswordFields(config).map(field => `${type} ${field}`))
    }
    providers.push(provider)
  }

  return {
    providers,
    unserved: providers
      .filter(({ type, disabled }) => !disabled && !servedProviders.includes(type))
      .map(({ type }) => type),
    ignored,
  }
}

const findOtherLayout = async (files: DirectoryFiles, layout: Layout): Promise<string[]> => {
  if (layout === 'legacy') return (await files.peekJson(currentFile)).found ? [currentFile] : []
  return (await files.list(legacyFolder)).length > 0 ? [`${legacyFolder}/`] : []
}

type Entry = { readonly value: unknown; readonly key: string; readonly place: Place }

const readCurrent = async (files: DirectoryFiles, report: Report): Promise<Entry[]> => {
  const value = await files.readJson(currentFile)
  if (value === undefined) return []
  const entries = check(fields, value, { file: currentFile, report }) ?? {}
  return Object.entries(entries).map(([key, entry]) => ({
    value: entry,
    key,
    place: { file: currentFile, field: key, report },
  }))
}

const readLegacy = async (files: DirectoryFiles, report: Report): Promise<Entry[]> => {
  const names = (await files.list(legacyFolder)).filter(name => name.endsWith('.json'))
  const entries: Entry[] = []
  for (const name of names) {
    const file = `${legacyFolder}/${name}`
    const value = await files.readJson(file)
    if (value !== undefined)
      entries.push({ value, key: name.slice(0, -5), place: { file, report } })
  }
  return entries
}

const checkEntry = (value: unknown, key: string, place: Place): DirectoryProvider | undefined => {
  const entry = check(entrySchema, value, place)
  if (!entry) return undefined
  for (const field of ['type', 'name'] as const) {
    if (entry[field] === undefined || entry[field] === key) continue
    const path = place.field === undefined ? field : `${place.field}.${field}`
    const where = place.field === undefined ? 'the file is named' : 'the entry is named'
    place.report({ file: place.file, field: path, message: `must be "${key}", as ${where}` })
    return undefined
  }

  const { type, disabled = false } = entry
  const config =
    type === 'local-userpass'
      ? checkEmailPasswordConfig(entry.config ?? {}, disabled, inConfig(place))
      : (entry.config ?? {})
  return (
    config && {
      type,
      disabled,
      config,
      secretConfig: {},
      metadataFields: [],
      redirectUris: [],
      domainRestrictions: [],
    }
  )
}

const inConfig = (place: Place): Place => ({
  ...place,
  field: place.field === undefined ? 'config' : `${place.field}.config`,
})
