import { z } from 'zod'
import type { CustomUserData, DataSource } from '../../domain/data-source.ts'
import { checkNames } from '../data-sources/collections.ts'
import type { Fields } from '../fields.ts'
import { anObject, checkRest, complain, flag, inside, type Place, text } from './check.ts'
import { suggest } from './nearest.ts'
import { needFunction, type Reading } from './reading.ts'

const file = 'auth/custom_user_data.json'

const schema = z.looseObject(
  {
    enabled: flag.nullish(),
    mongo_service_name: text.nullish(),
    mongo_service_id: text.nullish(),
    database_name: text.nullish(),
    collection_name: text.nullish(),
    user_id_field: text.nullish(),
    on_user_creation_function_name: text.nullish(),
  },
  anObject,
)

type Config = z.infer<typeof schema>

export type ReadCustomUserData = {
  readonly customUserData?: CustomUserData
  readonly userCreationFunctionName?: string
}

type Options = {
  readonly rootFile: { readonly file: string; readonly content: Readonly<Record<string, unknown>> }
  readonly dataSources: readonly DataSource[]
}

/**
 * Where custom user data is, and the function that is asked before a user is made, which stands among its settings and
 * is off when they are.
 */
export const readCustomUserData = async (
  reading: Reading,
  { rootFile, dataSources }: Options,
): Promise<ReadCustomUserData> => {
  const { files, report, expand, needs } = reading
  const own = await files.readJson(file)
  const isLegacy = own === undefined && rootFile.content.custom_user_data_config != null
  const place = isLegacy
    ? { file: rootFile.file, field: 'custom_user_data_config', report }
    : { file, report }
  const content = isLegacy ? rootFile.content.custom_user_data_config : own
  const given = expand(content ?? {}, place)
  const config = checkRest(schema, given, place)
  if (!config || config.enabled === false) return {}
  const customUserData = config.enabled
    ? readPlace({ config, given: given as Fields, place }, dataSources)
    : undefined
  const name = config.on_user_creation_function_name
  if (name) needFunction(needs, name, inside(place, 'on_user_creation_function_name'))
  return {
    ...(customUserData && { customUserData }),
    ...(name && { userCreationFunctionName: name }),
  }
}

type Given = {
  /** What is right of it. */
  readonly config: Config
  /** As it stands: what is wrong is told once. */
  readonly given: Fields
  readonly place: Place
}

const readPlace = (
  { config, given, place }: Given,
  dataSources: readonly DataSource[],
): CustomUserData | undefined => {
  const demand = (
    field: 'database_name' | 'collection_name' | 'user_id_field',
    expected: string,
  ): string => {
    const value = config[field]
    if (!value && !given[field]) {
      complain(inside(place, field), `is missing: it must be ${expected}`)
    }
    return value ?? ''
  }
  const source =
    given.mongo_service_name && !config.mongo_service_name
      ? undefined
      : readSource(config, place, dataSources)
  const database = demand('database_name', 'the database of the documents')
  const collection = demand('collection_name', 'the collection of the documents')
  const userIdField = demand('user_id_field', "the field that holds a user's id")
  if (/^\$|\0|^\.|\.$|\.\./.test(userIdField)) {
    complain(inside(place, 'user_id_field'), `must be the path of a field, not "${userIdField}"`)
  }
  const fields = { database: 'database_name', collection: 'collection_name' }
  const isNamed = Boolean(database && collection)
  const names = isNamed ? checkNames({ database, collection }, place, fields) : undefined
  return source && names && userIdField ? { source, ...names, userIdField } : undefined
}

/** Older exports name the data source by an id that stands nowhere else; then it is the only one there is. */
const readSource = (
  { mongo_service_name, mongo_service_id }: Config,
  place: Place,
  dataSources: readonly DataSource[],
): string | undefined => {
  const at = inside(place, 'mongo_service_name')
  const names = dataSources.map(({ name }) => name)
  if (mongo_service_name) {
    if (names.includes(mongo_service_name)) return mongo_service_name
    const hint = suggest(mongo_service_name, names)
    complain(
      at,
      `names the data source "${mongo_service_name}", which is not in data_sources/: ${hint}`,
    )
    return undefined
  }
  if (mongo_service_id && names.length === 1) return names[0]
  complain(at, `is missing: it must be a data source of data_sources/; ${suggest('', names)}`)
  return undefined
}
