import type { CollectionRules, DataSource, Role, RuleSet } from '../../../domain/data-source.ts'
import { fileName } from './file-name.ts'

type Rendered = readonly (readonly [path: string, value: unknown])[]

/** `JSON.stringify` leaves out what is undefined. */
const role = (given: Role): unknown => ({
  name: given.name,
  apply_when: given.applyWhen,
  document_filters: given.documentFilters,
  read: given.read,
  write: given.write,
  insert: given.insert,
  delete: given.delete,
  search: given.search,
  fields: given.fields,
  additional_fields: given.additionalFields,
})

const ruleSet = ({ roles, filters }: RuleSet): Record<string, unknown> => ({
  roles: roles.map(role),
  filters: filters.map(({ name, applyWhen, query, projection }) => ({
    name,
    apply_when: applyWhen,
    query,
    projection,
  })),
})

const collection = (folder: string, rules: CollectionRules): Rendered => {
  const at = `${folder}/${fileName(rules.database)}/${fileName(rules.collection)}`
  const names = { database: rules.database, collection: rules.collection }
  return [
    [`${at}/rules.json`, { ...names, ...ruleSet(rules) }],
    ...(rules.schema
      ? ([
          [`${at}/schema.json`, rules.schema],
          [`${at}/relationships.json`, {}],
        ] as const)
      : []),
  ]
}

const config = ({ name, link, readPreference }: DataSource): unknown => ({
  name,
  type: link.kind === 'own' ? 'mongodb-atlas' : 'mongodb',
  config: {
    ...(link.kind === 'own' && { clusterName: 'Cluster0' }),
    ...(link.kind === 'address' && { uri: link.address }),
    readPreference,
  },
  ...(link.kind === 'secret' && { secret_config: { uri: link.name } }),
  version: 1,
})

/** The folder of one data source. */
export const renderSource = (source: DataSource): Rendered => {
  const folder = `data_sources/${fileName(source.name)}`
  return [
    [`${folder}/config.json`, config(source)],
    ...(source.defaultRule
      ? [[`${folder}/default_rule.json`, ruleSet(source.defaultRule)] as const]
      : []),
    ...source.rules.flatMap(rules => collection(folder, rules)),
  ]
}
