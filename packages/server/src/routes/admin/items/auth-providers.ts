import {
  adminPaths,
  authProviderBody,
  authProviderChangeBody,
  authProviderWire,
  listedAuthProviderWire,
} from '@regent/protocol'
import { z } from 'zod'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import {
  changeProvider,
  getProvider,
  insertProvider,
  listProviders,
  removeProvider,
} from '../../../apps/items/auth-providers.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'auth providers'
const all = adminPaths.authProviders(':projectId', ':appId')
const one = adminPaths.authProvider(':projectId', ':appId', ':providerId')

const turn = (path: string, verb: 'enable' | 'disable'): AdminRoute =>
  appRoute({
    method: 'PUT',
    path,
    operation: `${verb}AuthProvider`,
    summary: verb === 'enable' ? 'Lets users log in this way.' : 'Lets nobody log in this way.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params: { providerId: id = '' } }) =>
      changeApp(deps, app, operator, definition =>
        changeProvider(definition, app, { id, disabled: verb === 'disable' }),
      ),
  })

/** Ways in which the users of an app log in. */
export const authProviderRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listAuthProviders',
    summary: 'The auth providers of the app; `api-key` is always there.',
    tag,
    access: 'read',
    answer: { status: 200, shape: z.array(listedAuthProviderWire) },
    handle: async ({ deps, app, operator }) =>
      listProviders(await readDefinition(deps, app, operator), app),
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createAuthProvider',
    summary: 'Adds an auth provider.',
    tag,
    access: 'write',
    body: authProviderBody,
    answer: { status: 201, shape: authProviderWire },
    handle: ({ deps, app, operator, body }) =>
      changeApp(deps, app, operator, definition => insertProvider(definition, app, body)),
  }),
  appRoute({
    method: 'GET',
    path: one,
    operation: 'getAuthProvider',
    summary: 'One of the auth providers, whole.',
    tag,
    access: 'read',
    answer: { status: 200, shape: authProviderWire },
    handle: async ({ deps, app, operator, params: { providerId = '' } }) =>
      getProvider(await readDefinition(deps, app, operator), app, providerId),
  }),
  appRoute({
    method: 'PATCH',
    path: one,
    operation: 'changeAuthProvider',
    summary: 'Changes what is given of an auth provider.',
    tag,
    access: 'write',
    body: authProviderChangeBody,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body, params: { providerId: id = '' } }) =>
      changeApp(deps, app, operator, definition =>
        changeProvider(definition, app, { ...body, id }),
      ),
  }),
  turn(adminPaths.enableAuthProvider(':projectId', ':appId', ':providerId'), 'enable'),
  turn(adminPaths.disableAuthProvider(':projectId', ':appId', ':providerId'), 'disable'),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'deleteAuthProvider',
    summary: 'Takes an auth provider away.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params: { providerId = '' } }) =>
      changeApp(deps, app, operator, definition => removeProvider(definition, app, providerId)),
  }),
]
