import type { EndpointBody, EndpointWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { type Fields, isFields } from '../fields.ts'
import { toFunctionName } from './function-references.ts'
import type { Items } from './items.ts'
import { said } from './named-files.ts'

/** The name that exports use, and the one that some documentation does. */
const files = ['http_endpoints/config.json', 'https_endpoints/config.json'] as const

type Endpoint = { readonly name: string; readonly value: Fields }

const fileOf = (definition: Definition): string =>
  files.find(path => definition.readText(path) !== undefined) ?? files[0]

const nameOf = ({ route, http_method }: Fields): string => `${http_method ?? '*'} ${route ?? ''}`

const readList = (definition: Definition): Endpoint[] => {
  const list = definition.readJson(fileOf(definition))
  const values = Array.isArray(list) ? list.filter(isFields) : []
  return values.map(value => ({ name: nameOf(value), value }))
}

const write = (definition: Definition, endpoints: readonly Endpoint[]): void =>
  definition.writeJson(
    fileOf(definition),
    endpoints.map(({ value }) => value),
  )

const toWire = (definition: Definition, { name, value }: Endpoint): EndpointWire => {
  const { id: _id, ...rest } = value
  const { function_name: functionName, secret_name: secret } = rest
  return {
    ...rest,
    ...(typeof functionName === 'string' &&
      functionName !== '' && { function_id: definition.idOf('function', functionName) }),
    ...(typeof secret === 'string' && secret !== '' && { secret_id: secret }),
    _id: definition.idOf('endpoint', name),
  } as EndpointWire
}

const toFile = (definition: Definition, body: EndpointBody): Fields => {
  const { function_id, function_name, secret_id, secret_name, route, ...rest } = body
  const path = route.startsWith('/') ? route : `/${route}`
  const name = toFunctionName(definition, { id: function_id, name: function_name })
  return said({ route: path, ...rest, function_name: name, secret_name: secret_name || secret_id })
}

const find = (definition: Definition, id: string): Endpoint => {
  const found = readList(definition).find(one => definition.idOf('endpoint', one.name) === id)
  if (!found) throw new AppError('endpointNotFound', { name: id })
  return found
}

const refuseTaken = (definition: Definition, name: string): void => {
  if (readList(definition).some(one => one.name === name))
    throw new AppError('endpointTaken', { name })
}

/** `http_endpoints/config.json`, a list. An endpoint's name is its method and its route. */
export const endpoints: Items<EndpointBody, EndpointWire> = {
  list: definition => readList(definition).map(one => toWire(definition, one)),
  insert: (definition, body) => {
    const value = toFile(definition, body)
    const endpoint = { name: nameOf(value), value }
    refuseTaken(definition, endpoint.name)
    write(definition, [...readList(definition), endpoint])
    return toWire(definition, endpoint)
  },
  replace: (definition, id, body) => {
    const { name: from } = find(definition, id)
    const value = toFile(definition, body)
    const endpoint = { name: nameOf(value), value }
    if (endpoint.name !== from) {
      refuseTaken(definition, endpoint.name)
      definition.rename('endpoint', from, endpoint.name)
    }
    const all = readList(definition)
    write(
      definition,
      all.map(one => (one.name === from ? endpoint : one)),
    )
    return toWire(definition, endpoint)
  },
  remove: (definition, id) => {
    const { name } = find(definition, id)
    write(
      definition,
      readList(definition).filter(one => one.name !== name),
    )
  },
  notFound: 'endpointNotFound',
}
