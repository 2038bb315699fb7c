import {
  adminPaths,
  defaultRuleBody,
  defaultRuleChangeBody,
  defaultRuleWire,
} from '@regent/protocol'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import {
  getDefaultRule,
  insertDefaultRule,
  removeDefaultRule,
  replaceDefaultRule,
} from '../../../apps/items/rules.ts'
import { findDataSource } from '../../../apps/items/services.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'rules'
const path = adminPaths.defaultRule(':projectId', ':appId', ':serviceId')

/** The rules of all collections of a data source that have none of their own. */
export const defaultRuleRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path,
    operation: 'getDefaultRule',
    summary: 'The default rule of a data source.',
    tag,
    access: 'read',
    answer: { status: 200, shape: defaultRuleWire },
    handle: async ({ deps, app, operator, params: { serviceId = '' } }) => {
      const definition = await readDefinition(deps, app, operator)
      return getDefaultRule(definition, findDataSource(definition, serviceId))
    },
  }),
  appRoute({
    method: 'POST',
    path,
    operation: 'createDefaultRule',
    summary: 'Gives a data source a default rule.',
    tag,
    access: 'write',
    body: defaultRuleBody,
    answer: { status: 201, shape: defaultRuleWire },
    handle: ({ deps, app, operator, body, params: { serviceId = '' } }) =>
      changeApp(deps, app, operator, definition =>
        insertDefaultRule(definition, findDataSource(definition, serviceId), body),
      ),
  }),
  appRoute({
    method: 'PUT',
    path,
    operation: 'replaceDefaultRule',
    summary: 'Puts another default rule in the place of the one with that `_id`.',
    tag,
    access: 'write',
    body: defaultRuleChangeBody,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body, params: { serviceId = '' } }) =>
      changeApp(deps, app, operator, definition =>
        replaceDefaultRule(definition, findDataSource(definition, serviceId), body),
      ),
  }),
  appRoute({
    method: 'DELETE',
    path,
    operation: 'deleteDefaultRule',
    summary: 'Takes the default rule away: collections without rules of their own are closed then.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params: { serviceId = '' } }) =>
      changeApp(deps, app, operator, definition =>
        removeDefaultRule(definition, findDataSource(definition, serviceId)),
      ),
  }),
]
