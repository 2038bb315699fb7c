import {
  type AdminApiKeyWire,
  adminApiKeyWire,
  adminPaths,
  apiKeyBody,
  listApiKeysQuery,
  newAdminApiKeyWire,
} from '@regent/protocol'
import { z } from 'zod'
import type { ApiKey } from '../../domain/api-key.ts'
import {
  createServerKey,
  deleteAnyKey,
  disableAnyKey,
  enableAnyKey,
  getKey,
  listKeys,
} from '../../use-cases/admin/api-keys.ts'
import { toSeconds } from '../to-seconds.ts'
import { type AdminRoute, appRoute } from './route.ts'

const toWire = (key: ApiKey): AdminApiKeyWire => ({
  _id: key.id,
  name: key.name,
  disabled: key.disabled,
  prefix: key.prefix,
  user_id: key.userId,
  created_at: toSeconds(key.createdAt),
  ...(key.lastUsedAt !== undefined && { last_used_at: toSeconds(key.lastUsedAt) }),
})

const all = adminPaths.apiKeys(':projectId', ':appId')
const oneOf = (path: typeof adminPaths.apiKey): string => path(':projectId', ':appId', ':keyId')
const one = oneOf(adminPaths.apiKey)

const facts = { tag: 'API keys', access: 'write', answer: { status: 204 } } as const

/** Server keys of an app. Each key, also one of a user, may be looked at and ended by its id. */
export const apiKeyRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listApiKeys',
    summary: 'Server keys, oldest first.',
    tag: 'API keys',
    access: 'read',
    query: listApiKeysQuery,
    answer: { status: 200, shape: z.array(adminApiKeyWire) },
    handle: async ({ deps, app, query }) => (await listKeys(deps, app, query)).map(toWire),
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createApiKey',
    summary: 'Makes a server key, which is told this once.',
    tag: 'API keys',
    access: 'write',
    body: apiKeyBody,
    answer: { status: 201, shape: newAdminApiKeyWire },
    handle: async ({ deps, app, body }) => {
      const made = await createServerKey(deps, app, body.name)
      return { ...toWire(made.apiKey), key: made.key }
    },
  }),
  appRoute({
    method: 'GET',
    path: one,
    operation: 'getApiKey',
    summary: 'One key.',
    tag: 'API keys',
    access: 'read',
    answer: { status: 200, shape: adminApiKeyWire },
    handle: async ({ deps, app, params }) => toWire(await getKey(deps, app, params.keyId ?? '')),
  }),
  appRoute({
    ...facts,
    method: 'DELETE',
    path: one,
    operation: 'deleteApiKey',
    summary: 'Deletes a key; a server key takes its user along.',
    handle: ({ deps, app, params }) => deleteAnyKey(deps, app, params.keyId ?? ''),
  }),
  appRoute({
    ...facts,
    method: 'PUT',
    path: oneOf(adminPaths.enableApiKey),
    operation: 'enableApiKey',
    summary: 'Accepts log-ins with a disabled key again.',
    handle: ({ deps, app, params }) => enableAnyKey(deps, app, params.keyId ?? ''),
  }),
  appRoute({
    ...facts,
    method: 'PUT',
    path: oneOf(adminPaths.disableApiKey),
    operation: 'disableApiKey',
    summary: 'Refuses log-ins and refreshes with a key.',
    handle: ({ deps, app, params }) => disableAnyKey(deps, app, params.keyId ?? ''),
  }),
]
