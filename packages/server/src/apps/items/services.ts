import type { ServiceBody, ServiceChangeBody, ServiceWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import { dataTypes } from '../data-sources/source-config.ts'
import type { Definition } from '../definition/definition.ts'
import { fileName } from '../definition/render/file-name.ts'
import { type Fields, isFields } from '../fields.ts'
import { readFields, said } from './named-files.ts'

/** A data source, or a service of a kind that is only kept. */
export type Service = {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly folder: string
  readonly isData: boolean
  /** What its `config.json` says. */
  readonly value: Fields
}

const toService = (definition: Definition, path: string): Service => {
  const folder = path.slice(0, -'/config.json'.length)
  const value = readFields(definition, path)
  const name = typeof value.name === 'string' ? value.name : (folder.split('/')[1] ?? '')
  const type = typeof value.type === 'string' && value.type ? value.type : 'mongodb-atlas'
  const isData = dataTypes.includes(type)
  return { id: definition.idOf('service', name), name, type, folder, isData, value }
}

/** Data sources first. */
export const listServices = (definition: Definition): Service[] =>
  ['data_sources', 'services'].flatMap(folder =>
    definition
      .paths(folder)
      .filter(path => path.split('/').length === 3 && path.endsWith('/config.json'))
      .map(path => toService(definition, path)),
  )

/** @throws `serviceNotFound` */
export const findService = (definition: Definition, id: string): Service => {
  const found = listServices(definition).find(service => service.id === id)
  if (!found) throw new AppError('serviceNotFound', { name: id })
  return found
}

/** @throws `serviceNotFound`, also for a service that is no data source */
export const findDataSource = (definition: Definition, id: string): Service => {
  const service = findService(definition, id)
  if (!service.isData) throw new AppError('serviceNotFound', { name: id })
  return service
}

export const toServiceWire = ({
  id,
  name,
  type,
  value,
}: Service): Omit<ServiceWire, 'last_modified'> => ({
  _id: id,
  name,
  type,
  version: typeof value.version === 'number' ? value.version : 1,
})

const write = (definition: Definition, { folder }: Service, value: Fields): Service => {
  const path = `${folder}/config.json`
  definition.writeJson(path, value)
  return toService(definition, path)
}

/** @throws `serviceNameTaken`, `fieldInvalid` */
export const insertService = (definition: Definition, body: ServiceBody): Service => {
  const { name, type, config, secret_config, version } = body
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
    throw new AppError('fieldInvalid', { detail: "'name' must be 1 to 64 letters, digits, _ or -" })
  }
  if (listServices(definition).some(service => service.name === name)) {
    throw new AppError('serviceNameTaken', { name })
  }
  const folder = `${dataTypes.includes(type) ? 'data_sources' : 'services'}/${fileName(name)}`
  const value = { name, type, ...said({ config, secret_config }), version: version ?? 1 }
  definition.writeJson(`${folder}/config.json`, value)
  return toService(definition, `${folder}/config.json`)
}

/**
 * Changes what the body gives. A service keeps its name, because its data lies under it.
 *
 * @throws `serviceNotFound`, `fieldInvalid` for another name
 */
export const changeService = (
  definition: Definition,
  id: string,
  { name, ...body }: ServiceChangeBody,
): Service => {
  const service = findService(definition, id)
  if (name != null && name !== service.name) {
    throw new AppError('fieldInvalid', { detail: "'name' of a service cannot be changed" })
  }
  return write(definition, service, { ...service.value, ...said(body) })
}

/** Members of a change that are `null` take their field away. */
const merge = (before: unknown, change: Fields): Fields => {
  const merged = { ...(isFields(before) ? before : {}), ...change }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}

/**
 * Changes fields of a service's config, and leaves the others.
 *
 * @throws `serviceNotFound`
 */
export const changeServiceConfig = (
  definition: Definition,
  id: string,
  { secret_config: secrets, ...config }: Fields,
): Service => {
  const service = findService(definition, id)
  const { value } = service
  return write(definition, service, {
    ...value,
    config: merge(value.config, config),
    ...(isFields(secrets) && { secret_config: merge(value.secret_config, secrets) }),
  })
}

/** @throws `serviceNotFound` */
export const removeService = (definition: Definition, id: string): void => {
  const { folder } = findService(definition, id)
  for (const path of definition.paths(folder)) definition.writeText(path, undefined)
}
