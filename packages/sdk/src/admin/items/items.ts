import type {
  AppWire,
  CustomUserDataBody,
  CustomUserDataWire,
  EndpointBody,
  EndpointWire,
  EnvironmentValueBody,
  EnvironmentValueWire,
  FunctionBody,
  FunctionWire,
  ListedEnvironmentValueWire,
  ListedFunctionWire,
  ListedSchemaWire,
  ListedValueWire,
  SchemaBody,
  SchemaWire,
  ValueBody,
  ValueWire,
} from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'
import { type AdminAuthProviders, createAdminAuthProviders } from './auth-providers.ts'
import { createItems, type Items } from './crud.ts'
import { type AdminDependencies, createAdminDependencies } from './dependencies.ts'
import { type AdminLogForwarders, createAdminLogForwarders } from './log-forwarders.ts'
import {
  type AdminCollectionRules,
  type AdminServices,
  createAdminCollectionRules,
  createAdminServices,
} from './services.ts'
import { type AdminTriggers, createAdminTriggers } from './triggers.ts'

/** `''` is none. */
export type AppEnvironment = '' | 'development' | 'testing' | 'qa' | 'production'

/** What an app is made of, thing by thing, in the words of the app directory. */
export type AdminItems = {
  readonly functions: Items<FunctionBody, ListedFunctionWire, FunctionWire>
  readonly dependencies: AdminDependencies
  readonly values: Items<ValueBody, ListedValueWire, ValueWire>
  readonly environmentValues: Items<
    EnvironmentValueBody,
    ListedEnvironmentValueWire,
    EnvironmentValueWire
  >
  readonly authProviders: AdminAuthProviders
  readonly services: AdminServices
  readonly rules: AdminCollectionRules
  readonly schemas: Items<SchemaBody, ListedSchemaWire, SchemaWire>
  readonly triggers: AdminTriggers
  /** HTTPS endpoints, which are kept and do not run. */
  readonly endpoints: Items<EndpointBody, EndpointWire, EndpointWire>
  readonly logForwarders: AdminLogForwarders
  /** Says whose values count. */
  setEnvironment(app: AdminApp, environment: AppEnvironment): Promise<void>
  customUserData(app: AdminApp): Promise<CustomUserDataWire>
  /** What is left out stays as it is. */
  changeCustomUserData(app: AdminApp, change: CustomUserDataBody): Promise<void>
}

export const createAdminItems = (http: AdminHttp): AdminItems => {
  const { request, projectId } = http
  const customUserData = async (app: AdminApp): Promise<string> =>
    adminPaths.customUserData(await projectId(), app.id)

  return {
    functions: createItems(http, { all: adminPaths.functions, one: adminPaths.function }),
    dependencies: createAdminDependencies(http),
    values: createItems(http, { all: adminPaths.values, one: adminPaths.value }),
    environmentValues: createItems(http, {
      all: adminPaths.environmentValues,
      one: adminPaths.environmentValue,
    }),
    authProviders: createAdminAuthProviders(http),
    services: createAdminServices(http),
    rules: createAdminCollectionRules(http),
    schemas: createItems(http, { all: adminPaths.schemas, one: adminPaths.schema }),
    triggers: createAdminTriggers(http),
    endpoints: createItems(http, { all: adminPaths.endpoints, one: adminPaths.endpoint }),
    logForwarders: createAdminLogForwarders(http),
    setEnvironment: async (app, environment) => {
      const path = adminPaths.environment(await projectId(), app.id)
      await request<AppWire>('PUT', path, { body: { environment } })
    },
    customUserData: async app => request('GET', await customUserData(app)),
    changeCustomUserData: async (app, change) =>
      request('PATCH', await customUserData(app), { body: change }),
  }
}
