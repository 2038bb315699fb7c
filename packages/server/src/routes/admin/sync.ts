import { adminPaths, jsonObject } from '@regent/protocol'
import { z } from 'zod'
import { type AdminRoute, appRoute } from './route.ts'

const tag = 'sync'
const config = adminPaths.syncConfig(':projectId', ':appId')

/** What clients ask about Device Sync, which is not offered: that there is none, and nothing to do. */
export const syncRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: config,
    operation: 'getSyncConfig',
    summary: 'Device Sync is not offered: development mode is off.',
    tag,
    access: 'read',
    answer: { status: 200, shape: z.object({ development_mode_enabled: z.literal(false) }) },
    handle: async () => ({ development_mode_enabled: false }),
  }),
  appRoute({
    method: 'PUT',
    path: config,
    operation: 'setSyncConfig',
    summary: 'Takes what clients send and changes nothing, as Device Sync is not offered.',
    tag,
    access: 'write',
    body: jsonObject,
    answer: { status: 204 },
    handle: async () => undefined,
  }),
  appRoute({
    method: 'PUT',
    path: adminPaths.syncReset(':projectId', ':appId'),
    operation: 'resetSync',
    summary: 'There are no files of Device Sync to reset: changes nothing.',
    tag,
    access: 'write',
    body: jsonObject,
    answer: { status: 204 },
    handle: async () => undefined,
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.syncProgress(':projectId', ':appId'),
    operation: 'getSyncProgress',
    summary: 'Nothing is being prepared for Device Sync.',
    tag,
    access: 'read',
    answer: { status: 200, shape: z.object({ progress: jsonObject }) },
    handle: async () => ({ progress: {} }),
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.syncSchemaVersions(':projectId', ':appId'),
    operation: 'listSyncSchemaVersions',
    summary: 'There are no versions of schemas of Device Sync.',
    tag,
    access: 'read',
    answer: { status: 200, shape: z.object({ versions: z.array(z.never()) }) },
    handle: async () => ({ versions: [] }),
  }),
]
