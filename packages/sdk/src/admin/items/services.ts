import type {
  DefaultRuleBody,
  DefaultRuleWire,
  JsonObject,
  ListedRuleWire,
  RuleBody,
  RuleWire,
  ServiceBody,
  ServiceChangeBody,
  ServiceWire,
} from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'
import { createItems, type Items, openChange } from './crud.ts'

export type AdminServices = Omit<Items<ServiceBody, ServiceWire, ServiceWire>, 'replace'> & {
  /** All of them or none. */
  createMany(app: AdminApp, services: readonly ServiceBody[]): Promise<readonly ServiceWire[]>
  /** What is left out stays as it is. */
  change(app: AdminApp, id: string, change: ServiceChangeBody): Promise<ServiceWire>
  /** With the names of its secrets, if they are wanted. */
  config(
    app: AdminApp,
    id: string,
    options?: { readonly withSecrets?: boolean },
  ): Promise<JsonObject>
  /** What is left out stays as it is. */
  changeConfig(app: AdminApp, id: string, change: JsonObject): Promise<void>
  /**
   * Runs a command of a data source.
   *
   * @throws AdminError for one that it does not know
   */
  run(
    app: AdminApp,
    id: string,
    command: { readonly name: string; readonly body?: unknown },
  ): Promise<unknown>
}

const paths = { all: adminPaths.services, one: adminPaths.service }

export const createAdminServices = (http: AdminHttp): AdminServices => {
  const { request, projectId } = http
  const { replace: _, ...items } = createItems<ServiceBody, ServiceWire, ServiceWire>(http, paths)
  return {
    ...items,
    createMany: async (app, services) =>
      request('POST', adminPaths.multiDataSources(await projectId(), app.id), { body: services }),
    change: openChange(http, 'PATCH', adminPaths.service),
    config: async (app, id, { withSecrets } = {}) => {
      const path = adminPaths.serviceConfig(await projectId(), app.id, id)
      return request('GET', path, { query: { includeSecretConfig: withSecrets || undefined } })
    },
    changeConfig: openChange(http, 'PATCH', adminPaths.serviceConfig),
    run: async (app, id, { name, body = {} }) =>
      request('POST', adminPaths.serviceCommand(await projectId(), app.id, id, name), { body }),
  }
}

/** Rules of one data source; `get`, `replace` and `delete` take its id and that of the rule. */
export type AdminCollectionRules = {
  list(app: AdminApp, serviceId: string): Promise<readonly ListedRuleWire[]>
  get(app: AdminApp, serviceId: string, ruleId: string): Promise<RuleWire>
  create(app: AdminApp, serviceId: string, rule: RuleBody): Promise<ListedRuleWire>
  replace(
    app: AdminApp,
    serviceId: string,
    rule: RuleBody & { readonly _id: string },
  ): Promise<void>
  delete(app: AdminApp, serviceId: string, ruleId: string): Promise<void>
  /** Rules of the collections that have none of their own. @throws AdminError when there are none */
  getDefault(app: AdminApp, serviceId: string): Promise<DefaultRuleWire>
  createDefault(app: AdminApp, serviceId: string, rule: DefaultRuleBody): Promise<DefaultRuleWire>
  /** `_id` must be the rule's own. */
  replaceDefault(
    app: AdminApp,
    serviceId: string,
    rule: DefaultRuleBody & { readonly _id: string },
  ): Promise<void>
  deleteDefault(app: AdminApp, serviceId: string): Promise<void>
}

export const createAdminCollectionRules = ({
  request,
  projectId,
}: AdminHttp): AdminCollectionRules => {
  const pathOf = async (app: AdminApp, serviceId: string, ruleId: string): Promise<string> =>
    adminPaths.rule(await projectId(), app.id, serviceId, ruleId)
  const all = async (app: AdminApp, serviceId: string): Promise<string> =>
    adminPaths.rules(await projectId(), app.id, serviceId)
  const standard = async (app: AdminApp, serviceId: string): Promise<string> =>
    adminPaths.defaultRule(await projectId(), app.id, serviceId)

  return {
    list: async (app, serviceId) => request('GET', await all(app, serviceId)),
    get: async (app, serviceId, ruleId) => request('GET', await pathOf(app, serviceId, ruleId)),
    create: async (app, serviceId, rule) =>
      request('POST', await all(app, serviceId), { body: rule }),
    replace: async (app, serviceId, rule) =>
      request('PUT', await pathOf(app, serviceId, rule._id), { body: rule }),
    delete: async (app, serviceId, ruleId) =>
      request('DELETE', await pathOf(app, serviceId, ruleId)),
    getDefault: async (app, serviceId) => request('GET', await standard(app, serviceId)),
    createDefault: async (app, serviceId, rule) =>
      request('POST', await standard(app, serviceId), { body: rule }),
    replaceDefault: async (app, serviceId, rule) =>
      request('PUT', await standard(app, serviceId), { body: rule }),
    deleteDefault: async (app, serviceId) => request('DELETE', await standard(app, serviceId)),
  }
}
