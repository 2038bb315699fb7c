import { z } from 'zod'
import type { DataSource, DataSourceLink } from '../../domain/data-source.ts'
import { mostSecretCharacters } from '../../domain/secret.ts'
import { isMongoAddress } from '../../domain/source-link.ts'
import {
  anObject,
  check,
  complain,
  fields,
  inside,
  oneOf,
  type Place,
  plainName,
  text,
} from '../read/check.ts'
import type { Reading } from '../read/reading.ts'

/** Service types that are a MongoDB. */
export const dataTypes = ['mongodb-atlas', 'mongodb', 'datalake']

const preferences = [
  'primary',
  'primaryPreferred',
  'secondary',
  'secondaryPreferred',
  'nearest',
] as const

const schema = z.looseObject(
  {
    name: plainName,
    type: text.nullish(),
    config: fields.nullish(),
    secret_config: fields.nullish(),
  },
  anObject,
)

const configSchema = z.looseObject(
  {
    readPreference: z.enum(preferences, oneOf(preferences)).nullish(),
    uri: z.string({ error: 'must be a MongoDB address' }).nullish(),
  },
  anObject,
)

const secretSchema = z.looseObject({ uri: plainName.nullish() }, anObject)

/** The `config.json` of a service, of whichever kind. */
export type Service = z.infer<typeof schema> & { readonly type: string; readonly place: Place }

/** Reads `<folder>/config.json`; `undefined` when there is none that can be used. */
export const readService = async (
  { files, report, expand }: Reading,
  folder: string,
): Promise<Service | undefined> => {
  const place = { file: `${folder}/config.json`, report }
  const content = await files.readJson(place.file)
  if (content === undefined) return undefined
  const service = check(schema, expand(content, place), place)
  return service && { ...service, type: service.type || 'mongodb-atlas', place }
}

export type SourceConfig = Pick<DataSource, 'name' | 'link' | 'readPreference'> & {
  /** Values of secrets that stood in the file itself, by name. */
  readonly secrets: Readonly<Record<string, string>>
}

/** What a data source's own file says of it. Parts that nothing serves are noted. */
export const readSourceConfig = (
  { name, type, place, ...service }: Service,
  reading: Reading,
): SourceConfig => {
  if (!dataTypes.includes(type)) {
    complain(inside(place, 'type'), `must be one of ${dataTypes.join(', ')}, not "${type}"`)
  }
  const at = inside(place, 'config')
  const config = check(configSchema, service.config ?? {}, at)
  noteUnserved(config ?? {}, at, reading)
  const { readPreference } = config ?? {}
  return {
    name,
    ...readLink({ name, uri: config?.uri, secretConfig: service.secret_config, place }, reading),
    ...(readPreference && { readPreference }),
  }
}

type LinkFields = {
  readonly name: string
  readonly uri: string | null | undefined
  readonly secretConfig: Readonly<Record<string, unknown>> | null | undefined
  readonly place: Place
}

/** A secret's name wins over an address that stands in the file, which is kept as a secret from then on. */
const readLink = (
  { name, uri, secretConfig, place }: LinkFields,
  { notes }: Reading,
): { readonly link: DataSourceLink; readonly secrets: Readonly<Record<string, string>> } => {
  const at = inside(place, 'secret_config')
  const secret = check(secretSchema, secretConfig ?? {}, at)?.uri
  if (secret) return { link: { kind: 'secret', name: secret }, secrets: {} }
  if (!uri) return { link: { kind: 'own' }, secrets: {} }
  const uriPlace = inside(place, 'config', 'uri')
  if (!isMongoAddress(uri))
    complain(uriPlace, 'must be a MongoDB address: mongodb://… or mongodb+srv://…')
  if (uri.length > mostSecretCharacters) {
    complain(uriPlace, `must be at most ${mostSecretCharacters} characters`)
  }
  if (/\/\/[^/]*@/.test(uri)) {
    notes.advice.push(
      `${place.file}: config.uri is a password in a directory; keep it as a secret and name that in secret_config.uri`,
    )
  }
  const secretName = addressSecret(name)
  return { link: { kind: 'secret', name: secretName }, secrets: { [secretName]: uri } }
}

/** Where an address that stood in a directory is kept, sealed. */
export const addressSecret = (source: string): string => `__${source.slice(0, 50)}_address`

const noteUnserved = (
  config: Readonly<Record<string, unknown>>,
  { file }: Place,
  { notes }: Reading,
): void => {
  if (saysSomething(config.sync) || saysSomething(config.flexible_sync)) {
    notes.never.push('Device Sync')
  }
  if (config.wireProtocolEnabled === true) notes.never.push('the wire protocol')
  if (saysSomething(config.readPreferenceTagSets)) {
    notes.ignored.push(`config.readPreferenceTagSets of ${file}`)
  }
}

/** False for what exports write where sync was never on. */
const saysSomething = (part: unknown): boolean => {
  if (typeof part !== 'object' || part === null) return Boolean(part)
  return Object.keys(part).length > 0 && !('state' in part && part.state === 'disabled')
}
