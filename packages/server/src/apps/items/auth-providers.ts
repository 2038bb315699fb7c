import {
  type AuthProviderBody,
  type AuthProviderChangeBody,
  type AuthProviderWire,
  type ListedAuthProviderWire,
  type ProviderType,
  providerTypes,
} from '@regent/protocol'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { toProviderId } from '../deploy.ts'
import { type Fields, isFields } from '../fields.ts'
import { toFunctionName } from './function-references.ts'
import { readFields } from './named-files.ts'

const file = 'auth/providers.json'

type OfApp = Pick<App, 'id'>

/** Fields of `config` that name a function: on the wire by id too, in the directory by name. */
const functionFields = ['confirmationFunction', 'resetFunction', 'authFunction'] as const

/** Every app has this one, off until somebody turns it on. */
const apiKeys: Fields = { name: 'api-key', type: 'api-key', disabled: true }

const entriesOf = (definition: Definition): Record<string, Fields> => {
  const entries = Object.entries(readFields(definition, file)).flatMap(([type, entry]) =>
    isFields(entry) ? [[type, entry] as const] : [],
  )
  return { 'api-key': apiKeys, ...Object.fromEntries(entries) }
}

const write = (definition: Definition, entries: Readonly<Record<string, Fields>>): void =>
  definition.writeJson(file, entries)

const withIds = (definition: Definition, config: Fields): Fields => {
  const ids = functionFields.flatMap(field => {
    const name = config[`${field}Name`]
    return typeof name === 'string' && name !== ''
      ? [[`${field}Id`, definition.idOf('function', name)]]
      : []
  })
  return { ...config, ...Object.fromEntries(ids) }
}

const withNames = (definition: Definition, config: Fields): Fields => {
  const plain = Object.entries(config).filter(
    ([key]) => !functionFields.some(field => key === `${field}Id` || key === `${field}Name`),
  )
  const names = functionFields.flatMap(field => {
    const given = { id: config[`${field}Id`], name: config[`${field}Name`] }
    const name = toFunctionName(definition, given)
    return name === undefined ? [] : [[`${field}Name`, name]]
  })
  return Object.fromEntries([...plain, ...names])
}

const toListed = ({ id }: OfApp, type: string, entry: Fields): ListedAuthProviderWire => ({
  _id: toProviderId(id, type as ProviderType),
  name: type,
  type,
  disabled: entry.disabled === true,
})

const toWire = (
  definition: Definition,
  app: OfApp,
  [type, entry]: readonly [string, Fields],
): AuthProviderWire => {
  const { id: _id, _id: _other, config, ...rest } = entry
  return {
    ...rest,
    ...toListed(app, type, entry),
    ...(isFields(config) && { config: withIds(definition, config) }),
  }
}

/** In the order of the directory. */
export const listProviders = (definition: Definition, app: OfApp): ListedAuthProviderWire[] =>
  Object.entries(entriesOf(definition)).map(([type, entry]) => toListed(app, type, entry))

const findEntry = (definition: Definition, app: OfApp, id: string): readonly [string, Fields] => {
  const found = Object.entries(entriesOf(definition)).find(
    ([type]) => toProviderId(app.id, type as ProviderType) === id,
  )
  if (!found) throw new AppError('providerNotFound', { provider: id })
  return found
}

/** @throws `providerNotFound` */
export const getProvider = (definition: Definition, app: OfApp, id: string): AuthProviderWire =>
  toWire(definition, app, findEntry(definition, app, id))

const parts = [
  'disabled',
  'config',
  'secret_config',
  'metadata_fields',
  'redirect_uris',
  'domain_restrictions',
] as const

/** A part that is `null` is taken away; one that is left out stays. */
const changed = (definition: Definition, before: Fields, body: AuthProviderChangeBody): Fields => {
  const entry: Record<string, unknown> = { ...before }
  for (const part of parts) {
    const value = body[part]
    if (value === undefined) continue
    if (value === null) delete entry[part]
    else entry[part] = part === 'config' ? withNames(definition, value as Fields) : value
  }
  return { ...entry, disabled: entry.disabled === true }
}

/** @throws `fieldInvalid` for an unknown type, `providerTaken` when the app has one of that type */
export const insertProvider = (
  definition: Definition,
  app: OfApp,
  { name, type, ...body }: AuthProviderBody,
): AuthProviderWire => {
  if (!providerTypes.includes(type as ProviderType)) {
    const detail = `'type' must be one of ${providerTypes.join(', ')}`
    throw new AppError('fieldInvalid', { detail })
  }
  if (name && name !== type) {
    throw new AppError('fieldInvalid', { detail: `'name' must be '${type}', as the type` })
  }
  const entries = entriesOf(definition)
  if (Object.hasOwn(entries, type)) throw new AppError('providerTaken', { provider: type })
  const entry = changed(definition, { name: type, type }, body)
  write(definition, { ...entries, [type]: entry })
  return toWire(definition, app, [type, entry])
}

/** @throws `providerNotFound` */
export const changeProvider = (
  definition: Definition,
  app: OfApp,
  { id, ...body }: AuthProviderChangeBody & { readonly id: string },
): void => {
  const [type, entry] = findEntry(definition, app, id)
  const next = changed(definition, { name: type, type, ...entry }, body)
  write(definition, { ...entriesOf(definition), [type]: next })
}

/** @throws `providerNotFound` */
export const removeProvider = (definition: Definition, app: OfApp, id: string): void => {
  const [type] = findEntry(definition, app, id)
  const { [type]: _gone, ...others } = entriesOf(definition)
  write(definition, others)
}
