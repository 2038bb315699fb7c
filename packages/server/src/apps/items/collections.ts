import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { fileName } from '../definition/render/file-name.ts'
import type { Fields } from '../fields.ts'
import { readFields } from './named-files.ts'
import { findDataSource, listServices, type Service } from './services.ts'

/** The folder of a collection of a data source. */
export type Collection = {
  readonly id: string
  readonly service: Service
  readonly database: string
  readonly collection: string
  readonly folder: string
  readonly hasRules: boolean
  readonly hasSchema: boolean
}

type Names = Pick<Collection, 'database' | 'collection'>

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise

const toCollection = (definition: Definition, service: Service, folder: string): Collection => {
  const [database = '', collection = ''] = folder.split('/').slice(-2)
  const rules = readFields(definition, `${folder}/rules.json`)
  const names = {
    database: textOf(rules.database, database),
    collection: textOf(rules.collection, collection),
  }
  const schema = readFields(definition, `${folder}/schema.json`)
  return {
    id: definition.idOf('rule', `${service.name}/${names.database}/${names.collection}`),
    service,
    ...names,
    folder,
    hasRules: definition.readText(`${folder}/rules.json`) !== undefined,
    hasSchema: Object.keys(schema).length > 0,
  }
}

/** Those of one data source, or of all. */
export const listCollections = (definition: Definition, serviceId?: string): Collection[] =>
  listServices(definition)
    .filter(({ id, isData }) => isData && (serviceId === undefined || id === serviceId))
    .flatMap(service => {
      const folders = definition
        .paths(service.folder)
        .filter(path => /^\/[^/]+\/[^/]+\/[^/]+\.json$/.test(path.slice(service.folder.length)))
        .map(path => path.slice(0, path.lastIndexOf('/')))
      return [...new Set(folders)].map(folder => toCollection(definition, service, folder))
    })

/** The collection of that name, with a folder of its own or not yet. */
export const openCollection = (
  definition: Definition,
  service: Service,
  { database, collection }: Names,
): Collection => {
  const known = listCollections(definition, service.id).find(
    one => one.database === database && one.collection === collection,
  )
  const folder = `${service.folder}/${fileName(database)}/${fileName(collection)}`
  return known ?? { ...toCollection(definition, service, folder), database, collection }
}

/**
 * A folder's name says which collection it is about when no rules do, so it must be the collection's.
 *
 * @throws `fieldInvalid`
 */
const refuseOddNames = ({ database, collection, folder }: Collection): void => {
  if (folder.endsWith(`/${database}/${collection}`)) return
  const detail = `'${database}.${collection}' is no name for a schema without rules: give the collection rules first`
  throw new AppError('fieldInvalid', { detail })
}

/** `undefined` takes the rules away; what says nothing any more goes whole. */
export const writeRules = (
  definition: Definition,
  collection: Collection,
  rules: Fields | undefined,
): void => {
  const { folder } = collection
  definition.writeJson(`${folder}/rules.json`, rules)
  if (rules !== undefined) return
  if (collection.hasSchema) refuseOddNames(collection)
  else clear(definition, folder)
}

type Schema = { readonly schema?: Fields | undefined; readonly relationships?: Fields | undefined }

/** Beside the schema there is always a file for relationships: a folder without rules needs both. */
export const writeSchema = (
  definition: Definition,
  collection: Collection,
  { schema = {}, relationships = {} }: Schema,
): void => {
  const { folder, hasRules } = collection
  if (!hasRules) refuseOddNames(collection)
  definition.writeJson(`${folder}/schema.json`, schema)
  definition.writeJson(`${folder}/relationships.json`, relationships)
}

export const removeSchema = (definition: Definition, { folder, hasRules }: Collection): void => {
  if (!hasRules) clear(definition, folder)
  definition.writeText(`${folder}/schema.json`, undefined)
  definition.writeText(`${folder}/relationships.json`, undefined)
}

const clear = (definition: Definition, folder: string): void => {
  for (const path of definition.paths(folder)) definition.writeText(path, undefined)
}

/** @throws `serviceNotFound` */
export const findSourceByName = (definition: Definition, name: string): Service => {
  const id = listServices(definition).find(service => service.name === name)?.id
  if (id === undefined) throw new AppError('serviceNotFound', { name })
  return findDataSource(definition, id)
}
