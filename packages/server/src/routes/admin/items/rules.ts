import {
  adminPaths,
  type ListedRuleWire,
  listedRuleWire,
  type RuleBody,
  type RuleWire,
  ruleBody,
  ruleWire,
} from '@regent/protocol'
import { z } from 'zod'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import type { Definition } from '../../../apps/definition/definition.ts'
import { writeRules } from '../../../apps/items/collections.ts'
import {
  findFile,
  insertFile,
  listFiles,
  removeFile,
  replaceFile,
} from '../../../apps/items/named-files.ts'
import {
  findRule,
  insertRule,
  listRules,
  readCollectionRule,
  readServiceRule,
  replaceRule,
  serviceRules,
  toListedRule,
  toRuleWire,
} from '../../../apps/items/rules.ts'
import { findService, type Service } from '../../../apps/items/services.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'rules'
const all = adminPaths.rules(':projectId', ':appId', ':serviceId')
const one = adminPaths.rule(':projectId', ':appId', ':serviceId', ':ruleId')

const list = (definition: Definition, service: Service): ListedRuleWire[] =>
  service.isData
    ? listRules(definition, service).map(toListedRule)
    : listFiles(definition, serviceRules(service)).map(({ id, name }) => ({ _id: id, name }))

const get = (definition: Definition, service: Service, id: string): RuleWire => {
  if (service.isData) return toRuleWire(definition, findRule(definition, service, id))
  const { name, value } = findFile(definition, serviceRules(service), id)
  return { ...value, _id: id, name, when: value.when }
}

const insert = (definition: Definition, service: Service, body: RuleBody): RuleWire => {
  if (service.isData) {
    return toRuleWire(definition, insertRule(definition, service, readCollectionRule(body)))
  }
  const { id } = insertFile(definition, serviceRules(service), readServiceRule(body))
  return get(definition, service, id)
}

type Change = { readonly id: string; readonly body: RuleBody }

const replace = (definition: Definition, service: Service, { id, body }: Change): void => {
  if (service.isData) {
    replaceRule(definition, findRule(definition, service, id), readCollectionRule(body))
  } else replaceFile(definition, serviceRules(service), { id, value: readServiceRule(body) })
}

const remove = (definition: Definition, service: Service, id: string): void =>
  service.isData
    ? writeRules(definition, findRule(definition, service, id), undefined)
    : removeFile(definition, serviceRules(service), id)

/** Rules of the collections of a data source, each on its own. */
export const ruleRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listRules',
    summary: 'Which collections of the data source have rules of their own.',
    tag,
    access: 'read',
    answer: { status: 200, shape: z.array(listedRuleWire) },
    handle: async ({ deps, app, operator, params: { serviceId = '' } }) => {
      const definition = await readDefinition(deps, app, operator)
      return list(definition, findService(definition, serviceId))
    },
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createRule',
    summary: 'Gives a collection rules of its own.',
    tag,
    access: 'write',
    body: ruleBody,
    answer: { status: 201, shape: ruleWire },
    handle: ({ deps, app, operator, body, params: { serviceId = '' } }) =>
      changeApp(deps, app, operator, definition =>
        insert(definition, findService(definition, serviceId), body),
      ),
  }),
  appRoute({
    method: 'GET',
    path: one,
    operation: 'getRule',
    summary: 'Rules of one collection.',
    tag,
    access: 'read',
    answer: { status: 200, shape: ruleWire },
    handle: async ({ deps, app, operator, params: { serviceId = '', ruleId = '' } }) => {
      const definition = await readDefinition(deps, app, operator)
      return get(definition, findService(definition, serviceId), ruleId)
    },
  }),
  appRoute({
    method: 'PUT',
    path: one,
    operation: 'replaceRule',
    summary: 'Puts other rules in the place of these, which keep their id.',
    tag,
    access: 'write',
    body: ruleBody,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body, params: { serviceId = '', ruleId: id = '' } }) =>
      changeApp(deps, app, operator, definition =>
        replace(definition, findService(definition, serviceId), { id, body }),
      ),
  }),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'deleteRule',
    summary: 'Takes the rules of a collection away: it is under the default rule then.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params: { serviceId = '', ruleId = '' } }) =>
      changeApp(deps, app, operator, definition =>
        remove(definition, findService(definition, serviceId), ruleId),
      ),
  }),
]
