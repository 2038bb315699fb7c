import type { TriggerBody, TriggerWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { type Fields, fieldsOf } from '../fields.ts'
import { toFunctionName } from './function-references.ts'
import type { Items } from './items.ts'
import {
  findFile,
  insertFile,
  listFiles,
  type NamedFile,
  type NamedFolder,
  removeFile,
  replaceFile,
  said,
} from './named-files.ts'
import { listServices } from './services.ts'

const place: NamedFolder = {
  folder: 'triggers',
  kind: 'trigger',
  notFound: 'triggerNotFound',
  taken: 'triggerNameTaken',
}

type ListedTrigger = Omit<TriggerWire, 'last_modified'>

const configOf = (processors: unknown): Fields =>
  fieldsOf(fieldsOf(fieldsOf(processors).FUNCTION).config)

const functionNameOf = ({ function_name, event_processors }: Fields): string | undefined => {
  const name = configOf(event_processors).function_name || function_name
  return typeof name === 'string' && name !== '' ? name : undefined
}

const withServiceId = (definition: Definition, config: Fields): Fields =>
  typeof config.service_name === 'string'
    ? { ...config, service_id: definition.idOf('service', config.service_name) }
    : config

const withServiceName = (definition: Definition, config: Fields): Fields => {
  const { service_id: id, ...rest } = config
  if (typeof id !== 'string' || id === '') return rest
  const found = listServices(definition).find(service => service.id === id)
  if (found) return { ...rest, service_name: found.name }
  if (rest.service_name !== undefined) return rest
  throw new AppError('fieldInvalid', { detail: "'config.service_id' is no service of this app" })
}

const toWire =
  (definition: Definition) =>
  ({ id, name, value }: NamedFile): ListedTrigger => {
    const { id: _id, _id: _other, function_name: _old, ...rest } = value
    const functionName = functionNameOf(value)
    const named = functionName !== undefined && {
      function_id: definition.idOf('function', functionName),
      function_name: functionName,
    }
    return {
      ...rest,
      _id: id,
      name,
      type: String(value.type ?? ''),
      disabled: value.disabled === true,
      config: withServiceId(definition, fieldsOf(value.config)),
      ...(named && {
        ...named,
        event_processors: {
          ...fieldsOf(value.event_processors),
          FUNCTION: { config: { ...configOf(value.event_processors), ...named } },
        },
      }),
    }
  }

/** In the directory the function stands in one place, by its name. */
const toProcessors = (definition: Definition, body: TriggerBody): Fields | undefined => {
  const processors = fieldsOf(body.event_processors)
  const { function_id, function_name, ...config } = configOf(processors)
  const name =
    toFunctionName(definition, { id: function_id, name: function_name }) ??
    toFunctionName(definition, { id: body.function_id, name: body.function_name })
  if (name === undefined) return Object.keys(processors).length > 0 ? processors : undefined
  return { ...processors, FUNCTION: { config: { ...config, function_name: name } } }
}

const toFile = (definition: Definition, body: TriggerBody): { name: string } & Fields => ({
  name: body.name,
  type: body.type,
  disabled: body.disabled ?? false,
  config: withServiceName(definition, body.config ?? {}),
  ...said({
    event_processors: toProcessors(definition, body),
    error_handler: body.error_handler,
  }),
})

/** `triggers/<name>.json` */
export const triggers: Items<TriggerBody, ListedTrigger> = {
  list: definition => listFiles(definition, place).map(toWire(definition)),
  insert: (definition, body) =>
    toWire(definition)(insertFile(definition, place, toFile(definition, body))),
  replace: (definition, id, body) => {
    const { id: kept } = findFile(definition, place, id).value
    const value = { ...said({ id: kept }), ...toFile(definition, body) }
    return toWire(definition)(replaceFile(definition, place, { id, value }))
  },
  remove: (definition, id) => removeFile(definition, place, id),
  notFound: place.notFound,
}

/** @throws `triggerNotFound` */
export const enableTrigger = (definition: Definition, id: string): void => {
  const { value, name } = findFile(definition, place, id)
  if (value.disabled === true) {
    replaceFile(definition, place, { id, value: { ...value, name, disabled: false } })
  }
}
