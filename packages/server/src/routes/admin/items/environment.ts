import {
  adminPaths,
  appWire,
  environmentBody,
  environmentValueBody,
  environmentValueWire,
  listedEnvironmentValueWire,
} from '@regent/protocol'
import { changeApp } from '../../../apps/definition/change-app.ts'
import { environmentValues } from '../../../apps/items/environment-values.ts'
import { changeRoot } from '../../../apps/items/root-file.ts'
import { getApp } from '../../../use-cases/admin/apps.ts'
import { toAppWire } from '../app-wire.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { itemRoutes } from './crud.ts'

/** Which environment counts, and the values of each. */
export const environmentRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'PUT',
    path: adminPaths.environment(':projectId', ':appId'),
    operation: 'setEnvironment',
    summary: "Says which environment's values count.",
    tag: 'environment',
    access: 'write',
    body: environmentBody,
    answer: { status: 200, shape: appWire },
    handle: async ({ deps, app, operator, body, context }) => {
      const environment = body.environment === 'no-environment' ? '' : body.environment
      await changeApp(deps, app, operator, definition => changeRoot(definition, { environment }))
      return toAppWire(await getApp(deps, app.id), context.projectId)
    },
  }),
  ...itemRoutes({
    noun: ['EnvironmentValue', 'EnvironmentValues'],
    words: ['environment value', 'environment values'],
    tag: 'environment',
    all: adminPaths.environmentValues(':projectId', ':appId'),
    one: adminPaths.environmentValue(':projectId', ':appId', ':valueId'),
    id: 'valueId',
    items: environmentValues,
    body: environmentValueBody,
    listed: listedEnvironmentValueWire,
    whole: environmentValueWire,
    changed: 204,
    toListed: ({ values: _, ...rest }) => rest,
  }),
]
