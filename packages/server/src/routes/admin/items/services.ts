import {
  adminPaths,
  type ServiceWire,
  serviceBody,
  serviceChangeBody,
  serviceCommandBody,
  serviceConfigBody,
  serviceConfigWire,
  serviceWire,
} from '@regent/protocol'
import { z } from 'zod'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import {
  changeService,
  changeServiceConfig,
  findDataSource,
  findService,
  insertService,
  listServices,
  removeService,
  toServiceWire,
} from '../../../apps/items/services.ts'
import { runCommand } from '../../../use-cases/admin/service-commands.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { changedNow, deployed } from './crud.ts'

const tag = 'services'
const all = adminPaths.services(':projectId', ':appId')
const one = adminPaths.service(':projectId', ':appId', ':serviceId')
const config = adminPaths.serviceConfig(':projectId', ':appId', ':serviceId')

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Data sources, and services of kinds that are only kept. */
export const serviceRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listServices',
    summary: 'Data sources and other services of the app.',
    tag,
    access: 'read',
    answer: { status: 200, shape: z.array(serviceWire) },
    handle: async ({ deps, app, operator }) =>
      listServices(await readDefinition(deps, app, operator)).map(service =>
        deployed(toServiceWire(service), app),
      ),
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createService',
    summary: 'Adds a data source, or another service.',
    tag,
    access: 'write',
    body: serviceBody,
    answer: { status: 201, shape: serviceWire },
    handle: async ({ deps, app, operator, body }) => {
      const made = await changeApp(deps, app, operator, definition =>
        insertService(definition, body),
      )
      return changedNow(toServiceWire(made), deps)
    },
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.multiDataSources(':projectId', ':appId'),
    operation: 'createServices',
    summary: 'Adds several data sources at once, all or none.',
    tag,
    access: 'write',
    body: z.array(serviceBody).max(100),
    answer: { status: 201, shape: z.array(serviceWire) },
    handle: async ({ deps, app, operator, body }): Promise<ServiceWire[]> => {
      const made = await changeApp(deps, app, operator, definition =>
        body.map(one => insertService(definition, one)),
      )
      return made.map(service => changedNow(toServiceWire(service), deps))
    },
  }),
  appRoute({
    method: 'GET',
    path: one,
    operation: 'getService',
    summary: 'One of the services.',
    tag,
    access: 'read',
    answer: { status: 200, shape: serviceWire },
    handle: async ({ deps, app, operator, params: { serviceId = '' } }) =>
      deployed(
        toServiceWire(findService(await readDefinition(deps, app, operator), serviceId)),
        app,
      ),
  }),
  appRoute({
    method: 'PATCH',
    path: one,
    operation: 'changeService',
    summary: 'Changes what is given of a service; its name stays.',
    tag,
    access: 'write',
    body: serviceChangeBody,
    answer: { status: 200, shape: serviceWire },
    handle: async ({ deps, app, operator, body, params: { serviceId = '' } }) => {
      const changed = await changeApp(deps, app, operator, definition =>
        changeService(definition, serviceId, body),
      )
      return changedNow(toServiceWire(changed), deps)
    },
  }),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'deleteService',
    summary: 'Takes a service and its rules away; documents stay where they are.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params: { serviceId = '' } }) =>
      changeApp(deps, app, operator, definition => removeService(definition, serviceId)),
  }),
  appRoute({
    method: 'GET',
    path: config,
    operation: 'getServiceConfig',
    summary: 'The config of a service.',
    tag,
    access: 'read',
    query: z.object({
      includeSecretConfig: z.string().optional().describe('Names of its secrets too.'),
    }),
    answer: { status: 200, shape: serviceConfigWire },
    handle: async ({ deps, app, operator, query, params: { serviceId = '' } }) => {
      const { value } = findService(await readDefinition(deps, app, operator), serviceId)
      const withSecrets = query.includeSecretConfig !== undefined
      return {
        ...fieldsOf(value.config),
        ...(withSecrets && { secret_config: fieldsOf(value.secret_config) }),
      }
    },
  }),
  appRoute({
    method: 'PATCH',
    path: config,
    operation: 'changeServiceConfig',
    summary: 'Changes fields of the config of a service; those that are `null` go.',
    tag,
    access: 'write',
    body: serviceConfigBody,
    answer: { status: 204 },
    handle: async ({ deps, app, operator, body, params: { serviceId = '' } }) => {
      await changeApp(deps, app, operator, definition => {
        changeServiceConfig(definition, serviceId, body)
      })
    },
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.serviceCommand(':projectId', ':appId', ':serviceId', ':command'),
    operation: 'runServiceCommand',
    summary:
      'Asks a data source itself: `build_info`, `list_databases`, `list_collections`, `generate_schema`.',
    tag,
    access: 'read',
    body: serviceCommandBody,
    answer: { status: 200, shape: z.record(z.string(), z.unknown()) },
    handle: async ({ deps, app, operator, body, params: { serviceId = '', command = '' } }) => {
      const definition = await readDefinition(deps, app, operator)
      const service = findDataSource(definition, serviceId).name
      return runCommand(deps, app, { service, command, args: body })
    },
  }),
]
