import type { CustomUserDataBody, CustomUserDataWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import type { Fields } from '../fields.ts'
import { toFunctionName } from './function-references.ts'
import { readFields, said } from './named-files.ts'
import { listServices } from './services.ts'

const file = 'auth/custom_user_data.json'

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const readCustomUserData = (definition: Definition): CustomUserDataWire => {
  const config = readFields(definition, file)
  const source = textOf(config.mongo_service_name)
  const creation = textOf(config.on_user_creation_function_name)
  return {
    enabled: config.enabled === true,
    ...said({
      mongo_service_id: source && definition.idOf('service', source),
      database_name: config.database_name,
      collection_name: config.collection_name,
      user_id_field: config.user_id_field,
      on_user_creation_function_id: creation && definition.idOf('function', creation),
    }),
  }
}

/** @throws `fieldInvalid` when the id is of no service */
const sourceName = (
  definition: Definition,
  { mongo_service_id: id, mongo_service_name: name }: CustomUserDataBody,
): string | null | undefined => {
  if (!id) return id === undefined ? name : (name ?? id)
  const found = listServices(definition).find(service => service.id === id || service.name === id)
  if (found) return found.name
  throw new AppError('fieldInvalid', { detail: "'mongo_service_id' is no service of this app" })
}

const creationName = (
  definition: Definition,
  body: CustomUserDataBody,
): string | null | undefined => {
  const { on_user_creation_function_id: id, on_user_creation_function_name: name } = body
  if (id === undefined && name === undefined) return undefined
  return toFunctionName(definition, { id, name }) ?? null
}

/** What is `null` or empty is taken away; what is left out stays. */
export const changeCustomUserData = (definition: Definition, body: CustomUserDataBody): void => {
  const change: Fields = {
    enabled: body.enabled,
    mongo_service_name: sourceName(definition, body),
    database_name: body.database_name,
    collection_name: body.collection_name,
    user_id_field: body.user_id_field,
    on_user_creation_function_name: creationName(definition, body),
  }
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const next = said({ ...readFields(definition, file), ...Object.fromEntries(given) })
  definition.writeJson(file, { enabled: false, ...next })
}
