import type {
  CollectionRuleBody,
  DefaultRuleBody,
  DefaultRuleWire,
  ListedRuleWire,
  RuleBody,
  RuleWire,
  ServiceRuleBody,
} from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { type Fields, isFields } from '../fields.ts'
import {
  type Collection,
  listCollections,
  openCollection,
  writeRules,
  writeSchema,
} from './collections.ts'
import { type NamedFolder, readFields } from './named-files.ts'
import type { Service } from './services.ts'

/** Rules of a service of another kind, which are kept. */
export const serviceRules = (service: Service): NamedFolder => ({
  folder: `${service.folder}/rules`,
  kind: 'rule',
  notFound: 'ruleItemNotFound',
  taken: 'ruleTaken',
})

/** @throws `fieldMissing` */
export const readCollectionRule = ({
  database,
  collection,
  ...rules
}: RuleBody): CollectionRuleBody => {
  if (database === undefined) throw new AppError('fieldMissing', { field: 'database' })
  if (collection === undefined) throw new AppError('fieldMissing', { field: 'collection' })
  const { name: _name, actions: _actions, when: _when, ...rest } = rules
  return { database, collection, ...rest }
}

/** @throws `fieldMissing` */
export const readServiceRule = ({ name, actions, when }: RuleBody): ServiceRuleBody => {
  if (name === undefined) throw new AppError('fieldMissing', { field: 'name' })
  return { name, actions, when }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const toListedRule = ({ id, database, collection }: Collection): ListedRuleWire => ({
  _id: id,
  database,
  collection,
})

export const toRuleWire = (definition: Definition, found: Collection): RuleWire => {
  const { id, database, collection, folder, hasSchema } = found
  const rules = readFields(definition, `${folder}/rules.json`)
  return {
    _id: id,
    database,
    collection,
    roles: listOf(rules.roles),
    filters: listOf(rules.filters),
    ...(hasSchema && {
      schema: readFields(definition, `${folder}/schema.json`),
      relationships: readFields(definition, `${folder}/relationships.json`),
    }),
  }
}

/** Collections of the data source that have rules of their own. */
export const listRules = (definition: Definition, service: Service): Collection[] =>
  listCollections(definition, service.id).filter(({ hasRules }) => hasRules)

/** @throws `ruleItemNotFound` */
export const findRule = (definition: Definition, service: Service, id: string): Collection => {
  const found = listRules(definition, service).find(rule => rule.id === id)
  if (!found) throw new AppError('ruleItemNotFound', { name: id })
  return found
}

const toFile = (before: Fields, body: CollectionRuleBody): Fields => ({
  ...before,
  database: body.database,
  collection: body.collection,
  roles: body.roles ?? [],
  filters: body.filters ?? [],
})

const write = (definition: Definition, found: Collection, body: CollectionRuleBody): Collection => {
  const before = readFields(definition, `${found.folder}/rules.json`)
  writeRules(definition, found, toFile(before, body))
  const now = openCollection(definition, found.service, body)
  const { schema, relationships } = body
  if (isFields(schema) && Object.keys(schema).length > 0) {
    writeSchema(definition, now, { schema, relationships: relationships ?? {} })
  }
  return now
}

/** @throws `ruleTaken` */
export const insertRule = (
  definition: Definition,
  service: Service,
  body: CollectionRuleBody,
): Collection => {
  const found = openCollection(definition, service, body)
  if (found.hasRules) {
    throw new AppError('ruleTaken', { name: `${body.database}.${body.collection}` })
  }
  return write(definition, found, body)
}

/**
 * Puts the rules in the place of those with that id; another collection takes them, and their id, over.
 *
 * @throws `ruleItemNotFound`, `ruleTaken`
 */
export const replaceRule = (
  definition: Definition,
  found: Collection,
  body: CollectionRuleBody,
): Collection => {
  const { service, database, collection } = found
  if (database === body.database && collection === body.collection) {
    return write(definition, found, body)
  }
  const moved = insertRule(definition, service, body)
  writeRules(definition, found, undefined)
  definition.rename(
    'rule',
    `${service.name}/${database}/${collection}`,
    `${service.name}/${body.database}/${body.collection}`,
  )
  return openCollection(definition, service, moved)
}

const defaultRuleFile = ({ folder }: Service): string => `${folder}/default_rule.json`

/** The rules of all collections without their own; `undefined` when there are none. */
export const readDefaultRule = (
  definition: Definition,
  service: Service,
): DefaultRuleWire | undefined => {
  const path = defaultRuleFile(service)
  if (definition.readText(path) === undefined) return undefined
  const { roles, filters } = readFields(definition, path)
  return {
    _id: definition.idOf('default-rule', service.name),
    roles: listOf(roles),
    filters: listOf(filters),
  }
}

/** @throws `defaultRuleNotFound` */
export const getDefaultRule = (definition: Definition, service: Service): DefaultRuleWire => {
  const found = readDefaultRule(definition, service)
  if (!found) throw new AppError('defaultRuleNotFound')
  return found
}

/** @throws `defaultRuleExists` */
export const insertDefaultRule = (
  definition: Definition,
  service: Service,
  body: DefaultRuleBody,
): DefaultRuleWire => {
  if (readDefaultRule(definition, service)) throw new AppError('defaultRuleExists')
  return putDefaultRule(definition, service, body)
}

/** @throws `defaultRuleNotFound`, `defaultRuleMismatch` */
export const replaceDefaultRule = (
  definition: Definition,
  service: Service,
  { _id, ...body }: DefaultRuleBody & { readonly _id?: string | null | undefined },
): void => {
  const found = getDefaultRule(definition, service)
  if (_id !== found._id) throw new AppError('defaultRuleMismatch')
  putDefaultRule(definition, service, body)
}

const putDefaultRule = (
  definition: Definition,
  service: Service,
  { roles, filters }: DefaultRuleBody,
): DefaultRuleWire => {
  definition.writeJson(defaultRuleFile(service), { roles: roles ?? [], filters: filters ?? [] })
  return getDefaultRule(definition, service)
}

/** @throws `defaultRuleNotFound` */
export const removeDefaultRule = (definition: Definition, service: Service): void => {
  getDefaultRule(definition, service)
  definition.writeJson(defaultRuleFile(service), undefined)
}
