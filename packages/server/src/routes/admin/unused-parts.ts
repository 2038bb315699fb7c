import { adminPaths, jsonObject } from '@regent/protocol'
import { type ZodType, z } from 'zod'
import { readDefinition } from '../../apps/definition/change-app.ts'
import type { Definition } from '../../apps/definition/definition.ts'
import { readFields } from '../../apps/items/named-files.ts'
import { type AdminRoute, appRoute } from './route.ts'

type Part = Pick<AdminRoute, 'operation' | 'path' | 'summary' | 'tag'> & {
  readonly shape: ZodType
  /** As the original answers for an app that does not use the part, with what the directory keeps of it. */
  readonly answer: (definition: Definition) => unknown
}

const of = (path: (projectId: string, appId: string) => string): string =>
  path(':projectId', ':appId')

const readAll = (definition: Definition, folder: string): unknown[] =>
  definition.paths(folder).map(path => readFields(definition, path))

const parts: readonly Part[] = [
  {
    operation: 'getGraphqlConfig',
    path: of(adminPaths.graphqlConfig),
    summary: 'GraphQL is not offered: the config that the directory keeps.',
    tag: 'graphql',
    shape: jsonObject,
    answer: definition => readFields(definition, 'graphql/config.json'),
  },
  {
    operation: 'listCustomResolvers',
    path: of(adminPaths.customResolvers),
    summary: 'GraphQL is not offered: the custom resolvers that the directory keeps.',
    tag: 'graphql',
    shape: z.array(jsonObject),
    answer: definition => readAll(definition, 'graphql/custom_resolvers'),
  },
  {
    operation: 'getGraphqlValidation',
    path: of(adminPaths.graphqlValidation),
    summary: 'GraphQL is not offered: nothing is checked for it.',
    tag: 'graphql',
    shape: z.object({ read_validation_action: z.string(), write_validation_action: z.string() }),
    answer: () => ({ read_validation_action: 'OFF', write_validation_action: 'OFF' }),
  },
  {
    operation: 'getNullValidation',
    path: of(adminPaths.nullValidation),
    summary: 'Schemas take `null` only where they say so.',
    tag: 'graphql',
    shape: z.object({ enabled: z.boolean() }),
    answer: () => ({ enabled: false }),
  },
  {
    operation: 'getDataApiConfig',
    path: of(adminPaths.dataApiConfig),
    summary: 'The Data API is not offered, and off: the config that the directory keeps.',
    tag: 'data api',
    shape: z.looseObject({ disabled: z.literal(true) }),
    answer: definition => ({
      ...readFields(definition, 'http_endpoints/data_api_config.json'),
      disabled: true,
    }),
  },
  {
    operation: 'listDataApiVersions',
    path: of(adminPaths.dataApiVersions),
    summary: 'The Data API is not offered: no version of it.',
    tag: 'data api',
    shape: z.array(z.string()),
    answer: () => [],
  },
  {
    operation: 'getHostingConfig',
    path: of(adminPaths.hostingConfig),
    summary: 'Hosting is not offered, and off: the config that the directory keeps.',
    tag: 'hosting',
    shape: z.looseObject({ enabled: z.literal(false) }),
    answer: definition => ({ ...readFields(definition, 'hosting/config.json'), enabled: false }),
  },
  {
    operation: 'listHostingAssets',
    path: of(adminPaths.hostingAssets),
    summary: 'Hosting is not offered: nothing is hosted.',
    tag: 'hosting',
    shape: z.array(jsonObject),
    answer: () => [],
  },
  {
    operation: 'listPushNotifications',
    path: of(adminPaths.pushNotifications),
    summary: 'Push notifications are not offered: none was sent.',
    tag: 'push',
    shape: z.array(jsonObject),
    answer: () => [],
  },
]

/** What operators' tools read of parts that an app may have had and that are not offered. None of it can be changed. */
export const unusedPartRoutes: readonly AdminRoute[] = parts.map(({ shape, answer, ...part }) =>
  appRoute({
    ...part,
    method: 'GET',
    access: 'read',
    answer: { status: 200, shape },
    handle: async ({ deps, app, operator }) => answer(await readDefinition(deps, app, operator)),
  }),
)
