import { type AppDescriptionWire, adminPaths, appDescriptionWire } from '@regent/protocol'
import { readDefinition } from '../../../apps/definition/change-app.ts'
import type { Definition } from '../../../apps/definition/definition.ts'
import { listProviders } from '../../../apps/items/auth-providers.ts'
import { functionNames } from '../../../apps/items/functions.ts'
import { listFiles, readFields } from '../../../apps/items/named-files.ts'
import { readRoot } from '../../../apps/items/root-file.ts'
import { listServices } from '../../../apps/items/services.ts'
import type { App } from '../../../domain/app.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const customUserData = (definition: Definition): AppDescriptionWire['custom_user_data'] => {
  const config = readFields(definition, 'auth/custom_user_data.json')
  return {
    enabled: config.enabled === true,
    data_source: textOf(config.mongo_service_name),
    database: textOf(config.database_name),
    collection: textOf(config.collection_name),
    user_id_field: textOf(config.user_id_field),
  }
}

const clusterOf = (config: unknown): string =>
  typeof config === 'object' && config !== null && 'clusterName' in config
    ? textOf(config.clusterName)
    : ''

const describe = (definition: Definition, app: App): AppDescriptionWire => {
  const services = listServices(definition)
  const triggers = listFiles(definition, { folder: 'triggers', kind: 'trigger' })
  const forwarders = listFiles(definition, { folder: 'log_forwarders', kind: 'log-forwarder' })
  const values = listFiles(definition, { folder: 'values', kind: 'value' })
  return {
    client_app_id: app.clientAppId,
    name: app.name,
    realm_url: '',
    data_sources: services
      .filter(({ isData }) => isData)
      .map(({ name, type, value }) => ({ name, type, data_source: clusterOf(value.config) })),
    http_endpoints: [],
    services: services
      .filter(({ isData }) => !isData)
      .map(({ name, type }) => ({ name, type, webhooks: [] })),
    auth_providers: listProviders(definition, app).map(({ name, type, disabled }) => ({
      name,
      type,
      enabled: !disabled,
    })),
    custom_user_data: customUserData(definition),
    values: values.map(({ name }) => name),
    hosting: { enabled: false, status: '', url: '' },
    functions: functionNames(definition).map(name => ({ name, path: `functions/${name}.js` })),
    sync: { state: 'disabled', data_source: '', database: '', development_mode_enabled: false },
    graphql: { url: '', custom_resolvers: [] },
    environment: textOf(readRoot(definition).environment),
    event_subscription: triggers.map(({ name, value }) => ({
      name,
      type: textOf(value.type),
      enabled: value.disabled !== true,
    })),
    log_forwarder: forwarders.map(({ name, value }) => ({
      name,
      enabled: value.disabled !== true,
    })),
  }
}

/** What an app has, in short. */
export const descriptionRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.appDescription(':projectId', ':appId'),
    operation: 'describeApp',
    summary: 'What the app has, in short.',
    tag: 'apps',
    access: 'read',
    answer: { status: 200, shape: appDescriptionWire },
    handle: async ({ deps, app, operator }) =>
      describe(await readDefinition(deps, app, operator), app),
  }),
]
