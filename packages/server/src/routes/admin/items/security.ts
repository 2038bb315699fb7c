import { adminPaths, refreshTokenExpiration, requestOrigins } from '@regent/protocol'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import {
  changeRoot,
  changeSettings,
  readRoot,
  readSettings,
} from '../../../apps/items/root-file.ts'
import { defaultRefreshTokenSeconds } from '../../../domain/app.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'security'
const origins = adminPaths.requestOrigins(':projectId', ':appId')
const expiration = adminPaths.refreshTokenExpiration(':projectId', ':appId')

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** What clients of an app may be, and how long they stay logged in. */
export const securityRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: origins,
    operation: 'listRequestOrigins',
    summary: 'Origins that browsers may call from; none means all.',
    tag,
    access: 'read',
    answer: { status: 200, shape: requestOrigins },
    handle: async ({ deps, app, operator }) => {
      const root = readRoot(await readDefinition(deps, app, operator))
      return listOf(root.allowed_request_origins)
    },
  }),
  appRoute({
    method: 'POST',
    path: origins,
    operation: 'setRequestOrigins',
    summary: 'Puts other origins in the place of all.',
    tag,
    access: 'write',
    body: requestOrigins,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body }) =>
      changeApp(deps, app, operator, definition =>
        changeRoot(definition, { allowed_request_origins: body.length > 0 ? body : undefined }),
      ),
  }),
  appRoute({
    method: 'GET',
    path: expiration,
    operation: 'getRefreshTokenExpiration',
    summary: 'How long users stay logged in.',
    tag,
    access: 'read',
    answer: { status: 200, shape: refreshTokenExpiration },
    handle: async ({ deps, app, operator }) => {
      const { refreshTokenSeconds } = readSettings(await readDefinition(deps, app, operator))
      return { expiration_time_seconds: refreshTokenSeconds ?? defaultRefreshTokenSeconds }
    },
  }),
  appRoute({
    method: 'PUT',
    path: expiration,
    operation: 'setRefreshTokenExpiration',
    summary: 'Says how long users stay logged in who log in from now on.',
    tag,
    access: 'write',
    body: refreshTokenExpiration,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body }) =>
      changeApp(deps, app, operator, definition =>
        changeSettings(definition, { refreshTokenSeconds: body.expiration_time_seconds }),
      ),
  }),
]
