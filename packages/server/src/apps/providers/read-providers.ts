import { providerTypes } from '@regent/protocol'
import { z } from 'zod'
import type { DirectoryProvider } from '../directory.ts'
import {
  anObject,
  checkRest,
  complain,
  fields,
  flag,
  inside,
  oneOf,
  type Place,
  text,
} from '../read/check.ts'
import { suggest } from '../read/nearest.ts'
import { needSecret, type Reading } from '../read/reading.ts'
import { importedSecretName } from '../read/secrets-file.ts'
import type { CheckedEntry, Entry } from './entry.ts'
import {
  readDomains,
  readMetadataFields,
  readRedirectUris,
  readSecretConfig,
} from './entry-parts.ts'
import { type FoundEntry, findEntries } from './find-entries.ts'
import { readers } from './readers.ts'

export type DirectoryProviders = {
  readonly providers: readonly DirectoryProvider[]
  /** Secrets whose values stood in an entry itself, by name. */
  readonly secrets: Readonly<Record<string, string>>
}

const providerType = z.enum(providerTypes, oneOf(providerTypes))

const entrySchema = z.looseObject(
  {
    name: text.optional(),
    type: providerType,
    disabled: flag.optional(),
    config: fields.nullish(),
    secret_config: fields.nullish(),
    metadata_fields: z.unknown().optional(),
    redirect_uris: z.unknown().optional(),
    domain_restrictions: z.unknown().optional(),
  },
  anObject,
)

type RawEntry = z.infer<typeof entrySchema>

/**
 * Reads and checks the auth providers of either layout; what is wrong is reported. `imported` are names of
 * secrets that an older `secrets.json` brings.
 */
export const readAuthProviders = async (
  reading: Reading,
  imported: readonly string[],
): Promise<DirectoryProviders> => {
  const providers: DirectoryProvider[] = []
  const secrets: Record<string, string> = {}
  for (const found of await findEntries(reading)) {
    const entry = checkNames(reading, found)
    if (!entry) continue
    const read = readEntry(reading, entry, { place: found.place, imported })
    if (!read) continue
    providers.push(read.provider)
    Object.assign(secrets, read.checked.secrets)
  }
  return { providers, secrets }
}

/** A disabled entry may name environment values that are not there. */
const checkNames = (
  { expand }: Reading,
  { value, key, place }: FoundEntry,
): RawEntry | undefined => {
  if (!providerTypes.some(type => type === key)) {
    complain(place, `is no auth provider: ${suggest(key, providerTypes)}`)
    return undefined
  }
  const isDisabled = (value as { disabled?: unknown } | null)?.disabled === true
  const expanded = expand(value, isDisabled ? { ...place, report: () => {} } : place)
  const entry = checkRest(entrySchema, expanded, place)
  for (const field of ['type', 'name'] as const) {
    if (!entry || entry[field] === undefined || entry[field] === key) continue
    const where = place.field === undefined ? 'the file is named' : 'the entry is named'
    place.report({
      file: place.file,
      field: inside(place, field).field as string,
      message: `must be "${key}", as ${where}`,
    })
    return undefined
  }
  return entry
}

type Read = { readonly provider: DirectoryProvider; readonly checked: CheckedEntry }

const readEntry = (
  { needs, notes }: Reading,
  raw: RawEntry,
  { place, imported }: { readonly place: Place; readonly imported: readonly string[] },
): Read | undefined => {
  const { type } = raw
  const isDisabled = raw.disabled ?? false
  const config = raw.config ?? {}
  const secretPlace = inside(place, 'secret_config')
  const given = readSecretConfig(raw.secret_config, secretPlace)
  const secretConfig = { ...importedNames(type, imported), ...given }
  const ownNeeds = isDisabled ? { functions: [], secrets: [], values: [] } : needs
  const entry: Entry = { type, isDisabled, config, secretConfig, place, needs: ownNeeds }
  const checked = readers[type].read(entry)
  if (!checked) return undefined

  const deployedSecrets = checked.secretConfig ?? pick(secretConfig, readers[type].fields)
  for (const [field, names] of Object.entries(deployedSecrets)) {
    for (const name of [names].flat()) {
      if (!checked.secrets?.[name]) needSecret(ownNeeds, name, inside(secretPlace, field))
    }
  }
  notes.ignored.push(...unknownFields(raw, [...Object.keys(config), ...Object.keys(given)]))
  return {
    checked,
    provider: {
      type,
      disabled: isDisabled,
      config: checked.config,
      secretConfig: deployedSecrets,
      metadataFields: readMetadataFields(raw.metadata_fields, inside(place, 'metadata_fields')),
      redirectUris: readRedirectUris(raw.redirect_uris, inside(place, 'redirect_uris')),
      domainRestrictions: readDomains(
        raw.domain_restrictions,
        inside(place, 'domain_restrictions'),
      ),
    },
  }
}

/** Fields that an older `secrets.json` gives for the provider, with the names that its import makes. */
const importedNames = (
  type: DirectoryProvider['type'],
  imported: readonly string[],
): Record<string, string> => {
  const prefix = importedSecretName(type, '')
  return Object.fromEntries(
    imported.filter(name => name.startsWith(prefix)).map(name => [name.slice(prefix.length), name]),
  )
}

const pick = <T>(from: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)))

/** Of an entry, with the ids that exports have. */
const entryFields = ['id', '_id', ...Object.keys(entrySchema.shape)]

/** Fields that nothing reads, `names` those inside the entry: most often a slip of the pen. */
const unknownFields = (entry: RawEntry, names: readonly string[]): string[] =>
  [
    ...Object.keys(entry).filter(name => !entryFields.includes(name)),
    ...names.filter(name => !readers[entry.type].fields.includes(name)),
  ].map(name => `${entry.type} ${name}`)
