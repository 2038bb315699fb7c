import {
  type AppConfigWire,
  type AppStructureBody,
  type EnvironmentName,
  environmentNames,
} from '@regent/protocol'
import type { Definition } from '../definition/definition.ts'
import { type Fields, isFields } from '../fields.ts'
import { listCollections } from '../items/collections.ts'
import { environmentFile, valuesOf } from '../items/environment-values.ts'
import { functions } from '../items/functions.ts'
import { listFiles, readFields } from '../items/named-files.ts'
import { readRoot } from '../items/root-file.ts'
import { listServices, type Service } from '../items/services.ts'

type Named = Fields & { readonly name: string }

const namedIn = (definition: Definition, folder: string): Named[] =>
  definition.paths(folder).flatMap(path => {
    if (!/^[^/]+\.json$/.test(path.slice(folder.length + 1))) return []
    const value = readFields(definition, path)
    return typeof value.name === 'string' ? [value as Named] : []
  })

const listIn = (definition: Definition, path: string): Fields[] => {
  const list = definition.readJson(path)
  return Array.isArray(list) ? list.filter(isFields) : []
}

const toSource = (definition: Definition, service: Service): Named => {
  const defaultRule = readFields(definition, `${service.folder}/default_rule.json`)
  const rules = listCollections(definition, service.id)
    .filter(({ hasRules }) => hasRules)
    .map(({ folder, database, collection }) => ({
      ...readFields(definition, `${folder}/rules.json`),
      database,
      collection,
    }))
  return {
    ...service.value,
    name: service.name,
    type: service.type,
    ...(Object.keys(defaultRule).length > 0 && { default_rule: defaultRule }),
    rules,
  }
}

const toService = (definition: Definition, { folder, value, name }: Service) => ({
  config: { ...value, name },
  rules: listFiles(definition, { folder: `${folder}/rules`, kind: 'rule' }).map(one => one.value),
  incoming_webhooks: definition
    .paths(`${folder}/incoming_webhooks`)
    .filter(path => path.endsWith('/config.json'))
    .map(path => ({
      config: { name: '', ...readFields(definition, path) },
      source: definition.readText(path.replace(/config\.json$/, 'source.js')) ?? '',
    })),
})

const orNull = (fields: Fields): Fields | null => (Object.keys(fields).length > 0 ? fields : null)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const endpointsOf = (definition: Definition): Fields[] =>
  ['http_endpoints', 'https_endpoints'].flatMap(folder =>
    listIn(definition, `${folder}/config.json`),
  )

const graphqlOf = (definition: Definition) => ({
  config: readFields(definition, 'graphql/config.json'),
  custom_resolvers: definition
    .paths('graphql/custom_resolvers')
    .map(path => readFields(definition, path)),
})

/** An app's directory in one object: all of it but files that the original's object has no place for. */
export const toAppConfig = (definition: Definition): AppConfigWire => {
  const root = readRoot(definition)
  const services = listServices(definition)
  return {
    name: textOf(root.name),
    location: textOf(root.location),
    provider_region: textOf(root.provider_region),
    deployment_model: textOf(root.deployment_model),
    environment: textOf(root.environment),
    allowed_request_origins: Array.isArray(root.allowed_request_origins)
      ? root.allowed_request_origins
      : [],
    auth_providers: Object.entries(readFields(definition, 'auth/providers.json')).flatMap(
      ([type, entry]) => (isFields(entry) ? [{ ...entry, type }] : []),
    ),
    custom_user_data: orNull(readFields(definition, 'auth/custom_user_data.json')),
    data_api_config: orNull(readFields(definition, 'http_endpoints/data_api_config.json')),
    data_sources: services
      .filter(({ isData }) => isData)
      .map(service => toSource(definition, service)),
    endpoints: endpointsOf(definition),
    environments: Object.fromEntries(
      environmentNames.map(name => [name, { values: valuesOf(definition, name) }]),
    ),
    functions: functions.list(definition).map(({ _id, ...one }) => one),
    graphql: graphqlOf(definition),
    hosting: readFields(definition, 'hosting/config.json'),
    https_endpoints: [],
    log_forwarders: namedIn(definition, 'log_forwarders'),
    schemas: listCollections(definition)
      .filter(({ hasSchema }) => hasSchema)
      .map(({ service, database, collection, folder }) => ({
        metadata: { data_source: service.name, database, collection },
        schema: readFields(definition, `${folder}/schema.json`),
        relationships: readFields(definition, `${folder}/relationships.json`),
      })),
    services: services
      .filter(({ isData }) => !isData)
      .map(service => toService(definition, service)),
    sync: readFields(definition, 'sync/config.json'),
    triggers: namedIn(definition, 'triggers'),
    values: namedIn(definition, 'values'),
  }
}

type Schema = NonNullable<AppConfigWire['schemas']>[number]

/** Schemas stand beside the rules of their collection, or alone. */
const withSchemas = (
  source: string,
  rules: readonly Fields[],
  all: readonly Schema[],
): Fields[] => {
  const own = all.filter(({ metadata }) => metadata.data_source === source)
  const isOf = (rule: Fields, { metadata }: Schema): boolean =>
    rule.database === metadata.database && rule.collection === metadata.collection
  const ruled = rules.map(rule => {
    const found = own.find(schema => isOf(rule, schema))
    const parts = { roles: rule.roles ?? [], filters: rule.filters ?? [] }
    return found
      ? { ...rule, ...parts, schema: found.schema, relationships: found.relationships ?? {} }
      : { ...rule, ...parts }
  })
  const alone = own.filter(schema => !rules.some(rule => isOf(rule, schema)))
  return [
    ...ruled,
    ...alone.map(({ metadata, schema, relationships }) => ({
      database: metadata.database,
      collection: metadata.collection,
      schema,
      relationships: relationships ?? {},
    })),
  ]
}

const toEnvironments = (given: NonNullable<AppConfigWire['environments']>) =>
  Object.fromEntries(
    Object.entries(given).map(([name, values]) => [
      environmentFile(name as EnvironmentName).slice('environments/'.length),
      values ?? {},
    ]),
  )

/** The other way round, as what `applyStructure` takes. */
export const fromAppConfig = (config: AppConfigWire): AppStructureBody => {
  const { name, location, provider_region, deployment_model, environment, sync } = config
  const {
    auth_providers: providers,
    custom_user_data: custom,
    environments,
    functions: all,
  } = config
  return {
    ...{ name, location, provider_region, deployment_model, environment },
    allowed_request_origins: config.allowed_request_origins,
    environments: environments ? toEnvironments(environments) : undefined,
    auth: {
      custom_user_data: custom,
      providers: Object.fromEntries(
        providers.map(entry => [entry.type, { name: entry.type, ...entry }]),
      ),
    },
    functions: (all ?? []).map(({ source, ...manifest }) => ({ config: manifest, source })),
    data_sources: config.data_sources.map(({ default_rule, rules, ...source }) => ({
      config: source,
      default_rule,
      rules: withSchemas(source.name, rules ?? [], config.schemas ?? []),
    })),
    endpoints: { config: config.endpoints ?? [] },
    data_api_config: config.data_api_config,
    services: [...(config.services ?? []), ...(config.https_endpoints ?? [])],
    graphql: config.graphql,
    sync: sync && Object.keys(sync).length > 0 ? sync : undefined,
    hosting: config.hosting,
    log_forwarders: config.log_forwarders,
    triggers: config.triggers,
    values: config.values,
  }
}
