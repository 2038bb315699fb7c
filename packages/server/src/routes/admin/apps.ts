import {
  adminPaths,
  appWire,
  deployBody,
  deployQuery,
  deployWire,
  directoryQuery,
  directoryWire,
  listAppsQuery,
  newAppBody,
} from '@regent/protocol'
import { z } from 'zod'
import { createApp } from '../../apps/create-app.ts'
import { deleteApp, deleteLeaving } from '../../apps/delete-app.ts'
import { pullFiles } from '../../apps/pull.ts'
import { pushFiles } from '../../apps/push.ts'
import { listApps } from '../../use-cases/admin/apps.ts'
import { toAppWire } from './app-wire.ts'
import { fromFiles, toFiles } from './files-wire.ts'
import { type AdminRoute, adminRoute, appRoute } from './route.ts'

/** Room for what is kept of a directory, in Base64. */
const deployLimitBytes = 67_108_864

const all = adminPaths.apps(':projectId')
const one = adminPaths.app(':projectId', ':appId')

/** All apps are of one kind: whoever asks for others gets none. */
const isAskedFor = (product: string | undefined): boolean =>
  !product || product.split(',').includes('standard')

const listing: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: all,
    operation: 'listApps',
    summary: 'The apps, by client app id.',
    tag: 'apps',
    access: 'read',
    query: listAppsQuery,
    answer: { status: 200, shape: z.array(appWire) },
    handle: async ({ deps, context, query }) =>
      isAskedFor(query.product)
        ? (await listApps(deps)).map(app => toAppWire(app, context.projectId))
        : [],
  }),
  appRoute({
    method: 'GET',
    path: one,
    operation: 'getApp',
    summary: 'One app.',
    tag: 'apps',
    access: 'read',
    answer: { status: 200, shape: appWire },
    handle: async ({ app, context }) => toAppWire(app, context.projectId),
  }),
]

const making: readonly AdminRoute[] = [
  adminRoute({
    method: 'POST',
    path: all,
    operation: 'createApp',
    summary: 'Makes an app with nothing in it but an auth provider for API keys that is off.',
    tag: 'apps',
    access: 'write',
    body: newAppBody,
    answer: { status: 201, shape: appWire },
    handle: async ({ deps, context, operator, body }) => {
      const app = await createApp(
        deps,
        {
          name: body.name,
          location: body.location,
          providerRegion: body.provider_region,
          deploymentModel: body.deployment_model,
          environment: body.environment,
          dataSource: body.data_source ?? null,
        },
        operator,
      )
      return toAppWire(app, context.projectId)
    },
  }),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'deleteApp',
    summary:
      'Deletes an app with its users and everything that is kept for it; there is no way back.',
    tag: 'apps',
    access: 'write',
    answer: { status: 204 },
    handle: async ({ deps, operator, app }) => {
      await deleteApp(deps, app, operator)
      void deleteLeaving(deps).catch((error: unknown) => {
        deps.log.error('a deleted app could not be removed at once', { err: error })
      })
    },
  }),
]

const directories: readonly AdminRoute[] = [
  adminRoute({
    method: 'POST',
    path: adminPaths.deploy(':projectId'),
    operation: 'deployDirectory',
    summary:
      'Deploys an app directory sent as files, whole or not at all, or says what it would change.',
    tag: 'apps',
    access: 'write',
    query: deployQuery,
    body: deployBody,
    bodyLimit: deployLimitBytes,
    answer: { status: 200, shape: deployWire },
    handle: async ({ deps, context, operator, query, body }) => {
      const { app, outcome, number, changes, warnings } = await pushFiles(
        deps,
        toFiles(body.files),
        {
          ...(body.source !== undefined && { name: body.source }),
          ...(body.app_id !== undefined && { appId: body.app_id }),
          ...(body.secrets && { secrets: body.secrets }),
          ...(body.secret_variables && { secretVariables: body.secret_variables }),
          by: operator,
          dryRun: query.dry_run === 'true' || query.dry_run === '',
        },
      )
      return {
        ...(app && { app: toAppWire(app, context.projectId) }),
        outcome,
        deployment: number,
        changes,
        warnings,
      }
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.directory(':projectId', ':appId'),
    operation: 'pullDirectory',
    summary: "An app's directory as files, byte by byte as it was deployed.",
    tag: 'apps',
    access: 'read',
    query: directoryQuery,
    answer: { status: 200, shape: directoryWire },
    handle: async ({ deps, app, query }) => ({
      files: fromFiles(await pullFiles(deps, app, { deploymentId: query.deployment })),
    }),
  }),
]

/** Apps: making, deleting, deploying and taking them out again. */
export const appRoutes: readonly AdminRoute[] = [...listing, ...making, ...directories]
