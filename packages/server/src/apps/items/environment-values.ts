import {
  type EnvironmentName,
  type EnvironmentValueBody,
  type EnvironmentValueWire,
  environmentNames,
} from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { type Fields, isFields } from '../fields.ts'
import type { Items } from './items.ts'
import { readFields } from './named-files.ts'

type ListedValue = Omit<EnvironmentValueWire, 'last_modified'>

/** The file of an environment: the one of an app without an environment has a name of its own. */
export const environmentFile = (environment: EnvironmentName): string =>
  `environments/${environment === 'none' ? 'no-environment' : environment}.json`

/** The values of one environment, by name. */
export const valuesOf = (definition: Definition, environment: EnvironmentName): Fields => {
  const { values } = readFields(definition, environmentFile(environment))
  return isFields(values) ? values : {}
}

const writeValues = (
  definition: Definition,
  environment: EnvironmentName,
  values: Fields,
): void => {
  const path = environmentFile(environment)
  definition.writeJson(path, { ...readFields(definition, path), values })
}

const namesOf = (definition: Definition): string[] => [
  ...new Set(environmentNames.flatMap(one => Object.keys(valuesOf(definition, one)))),
]

const toWire = (definition: Definition, name: string): ListedValue => ({
  _id: definition.idOf('environment-value', name),
  name,
  values: Object.fromEntries(
    environmentNames.flatMap(one => {
      const values = valuesOf(definition, one)
      return Object.hasOwn(values, name) ? [[one, values[name]]] : []
    }),
  ),
})

const without = (values: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(values).filter(([key]) => key !== name))

const put = (definition: Definition, { name, values }: EnvironmentValueBody): void => {
  for (const one of environmentNames) {
    const value = values[one]
    if (value === undefined) continue
    writeValues(definition, one, { ...valuesOf(definition, one), [name]: value })
  }
}

const removeName = (definition: Definition, name: string): void => {
  for (const one of environmentNames) {
    const values = valuesOf(definition, one)
    if (Object.hasOwn(values, name)) writeValues(definition, one, without(values, name))
  }
}

const refuseTaken = (definition: Definition, name: string): void => {
  if (namesOf(definition).includes(name)) {
    throw new AppError('environmentValueNameTaken', { name })
  }
}

const checkBody = ({ name, values }: EnvironmentValueBody): void => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
    const detail = "'name' must be 1 to 64 letters, digits, _ or -, a letter or digit first"
    throw new AppError('fieldInvalid', { detail })
  }
  if (environmentNames.every(one => values[one] === undefined)) {
    throw new AppError('fieldInvalid', { detail: "'values' must hold a value of an environment" })
  }
}

const nameOf = (definition: Definition, id: string): string => {
  const name = namesOf(definition).find(one => definition.idOf('environment-value', one) === id)
  if (name === undefined) throw new AppError('environmentValueNotFound', { name: id })
  return name
}

/** `environments/*.json`, by value instead of by environment. */
export const environmentValues: Items<EnvironmentValueBody, ListedValue> = {
  list: definition => namesOf(definition).map(name => toWire(definition, name)),
  insert: (definition, body) => {
    checkBody(body)
    refuseTaken(definition, body.name)
    put(definition, body)
    return toWire(definition, body.name)
  },
  replace: (definition, id, body) => {
    const from = nameOf(definition, id)
    checkBody(body)
    if (body.name !== from) {
      refuseTaken(definition, body.name)
      definition.rename('environment-value', from, body.name)
    }
    removeName(definition, from)
    put(definition, body)
    return toWire(definition, body.name)
  },
  remove: (definition, id) => removeName(definition, nameOf(definition, id)),
  notFound: 'environmentValueNotFound',
}
