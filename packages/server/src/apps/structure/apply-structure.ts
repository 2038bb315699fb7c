import type { AppStructureBody } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { fileName } from '../definition/render/file-name.ts'
import { type Fields, isFields } from '../fields.ts'
import { said } from '../items/named-files.ts'
import { changeRoot, readRoot } from '../items/root-file.ts'
import { functionName } from '../read/function-manifest.ts'
import { nameSecrets } from './structure-secrets.ts'

/** Files that a structure says anew. Settings of Regent, letters, packages and hosted files it cannot say: they stay. */
const isReplaced = (path: string): boolean =>
  /^(?:auth|data_sources|environments|values|triggers|https?_endpoints|log_forwarders|graphql|services|sync)\//.test(
    path,
  ) ||
  (path.startsWith('functions/') &&
    !/^functions\/(?:package(?:-lock)?\.json$|node_modules)/.test(path))

type Write = (path: string, value: unknown) => void

type Part = NonNullable<AppStructureBody['services']>[number]

const writeNamed = (
  write: Write,
  folder: string,
  items: readonly (Fields & { readonly name: string })[] | null | undefined,
): void => {
  for (const item of items ?? []) write(`${folder}/${fileName(item.name)}.json`, item)
}

const writeRoot = (definition: Definition, structure: AppStructureBody): void => {
  const { name, location, provider_region, deployment_model, environment, security } = structure
  const origins = structure.allowed_request_origins ?? security?.allowed_request_origins
  changeRoot(definition, {
    ...said({ name, location, provider_region, deployment_model }),
    environment: environment ?? readRoot(definition).environment ?? '',
    allowed_request_origins: origins && origins.length > 0 ? origins : undefined,
  })
}

const writeAuth = (write: Write, structure: AppStructureBody): void => {
  const { auth, auth_providers: list, custom_user_data_config: older } = structure
  const listed = Object.fromEntries((list ?? []).map(entry => [entry.type, entry]))
  write('auth/providers.json', auth?.providers ?? listed)
  write('auth/custom_user_data.json', auth?.custom_user_data ?? older ?? { enabled: false })
}

/** @throws `fieldInvalid` for a name that leads elsewhere */
const toSourceFile = (given: string): string => {
  const name = given.replace(/\.js$/, '')
  if (functionName.test(name)) return `functions/${name}.js`
  throw new AppError('fieldInvalid', { detail: `'functions' has no usable name: '${given}'` })
}

const writeFunctions = (
  definition: Definition,
  write: Write,
  { functions }: AppStructureBody,
): void => {
  const isList = Array.isArray(functions)
  const manifests = isList ? functions.map(({ config }) => config) : (functions?.config ?? [])
  const sources = isList
    ? functions.map(({ config, source }) => [config.name, source] as const)
    : Object.entries(functions?.sources ?? {})
  write('functions/config.json', manifests)
  for (const [name, source] of sources) definition.writeText(toSourceFile(name), source)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const writeRule = (write: Write, folder: string, rule: Fields): void => {
  const { schema, relationships, id: _id, _id: _other, ...rest } = rule
  const names = [textOf(rest.database), textOf(rest.collection)].map(fileName)
  const at = `${folder}/${names.join('/')}`
  const hasSchema = isFields(schema) && Object.keys(schema).length > 0
  if (rest.roles !== undefined || rest.filters !== undefined || !hasSchema) {
    write(`${at}/rules.json`, rest)
  }
  if (!hasSchema) return
  write(`${at}/schema.json`, schema)
  write(`${at}/relationships.json`, relationships ?? {})
}

const writeSources = (write: Write, { data_sources: sources }: AppStructureBody): void => {
  for (const { config, default_rule: defaultRule, rules } of sources ?? []) {
    const folder = `data_sources/${fileName(config.name)}`
    write(`${folder}/config.json`, config)
    write(`${folder}/default_rule.json`, defaultRule ?? undefined)
    for (const rule of rules ?? []) writeRule(write, folder, rule)
  }
}

const isData = ({ config }: Part): boolean =>
  ['mongodb', 'mongodb-atlas', 'datalake'].includes(textOf(config.type))

/** Data sources of the layout before 2021 stand among the services. */
const writeServices = (definition: Definition, write: Write, services: readonly Part[]): void => {
  for (const { config, rules, incoming_webhooks: webhooks } of services) {
    const folder = `services/${fileName(config.name)}`
    write(`${folder}/config.json`, config)
    for (const rule of rules ?? []) {
      write(`${folder}/rules/${fileName(textOf(rule.name) || 'rule')}.json`, rule)
    }
    for (const { config: hook, source } of webhooks ?? []) {
      const at = `${folder}/incoming_webhooks/${fileName(hook.name)}`
      write(`${at}/config.json`, hook)
      definition.writeText(`${at}/source.js`, source)
    }
  }
}

const writeUnserved = (write: Write, structure: AppStructureBody): void => {
  const { graphql, sync, endpoints, data_api_config: dataApi, hosting } = structure
  write('http_endpoints/config.json', endpoints?.config ?? [])
  write('http_endpoints/data_api_config.json', dataApi ?? undefined)
  write('graphql/config.json', graphql?.config ?? undefined)
  for (const resolver of graphql?.custom_resolvers ?? []) {
    const name = `${textOf(resolver.on_type)}_${textOf(resolver.field_name)}`
    write(`graphql/custom_resolvers/${fileName(name)}.json`, resolver)
  }
  write(
    'sync/config.json',
    (isFields(sync) && isFields(sync.config) ? sync.config : sync) ?? undefined,
  )
  if (hosting && Object.keys(hosting).length > 0) write('hosting/config.json', hosting)
}

/**
 * Makes the app's directory what the structure says. What a structure cannot say stays: Regent's own settings and
 * letters, packages of functions, hosted files. Values of secrets in it are left out; their names are put where they
 * belong.
 */
export const applyStructure = (definition: Definition, given: AppStructureBody): void => {
  const structure = nameSecrets(given)
  for (const path of definition.paths().filter(isReplaced)) definition.writeText(path, undefined)
  const write: Write = (path, value) => {
    if (value !== undefined) definition.writeJson(path, value)
  }
  const services = [...(structure.services ?? []), ...(structure.http_endpoints ?? [])]
  const older = services.filter(isData)
  writeRoot(definition, structure)
  for (const [name, values] of Object.entries(structure.environments ?? {})) {
    write(`environments/${fileName(name.replace(/\.json$/, ''))}.json`, values)
  }
  writeAuth(write, structure)
  writeFunctions(definition, write, structure)
  writeNamed(write, 'values', structure.values)
  writeNamed(write, 'triggers', structure.triggers)
  writeNamed(write, 'log_forwarders', structure.log_forwarders)
  writeSources(write, { ...structure, data_sources: [...(structure.data_sources ?? []), ...older] })
  writeServices(
    definition,
    write,
    services.filter(one => !isData(one)),
  )
  writeUnserved(write, structure)
}
