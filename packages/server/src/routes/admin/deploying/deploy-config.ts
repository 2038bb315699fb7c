import { adminPaths, deployConfigBody, deployConfigWire } from '@regent/protocol'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'deployments'
const path = adminPaths.deployConfig(':projectId', ':appId')

/** How changes come into an app. Regent has no drafts of a console, and deploys from no repository. */
export const deployConfigRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path,
    operation: 'getDeployConfig',
    summary: 'How changes come into the app.',
    tag,
    access: 'read',
    answer: { status: 200, shape: deployConfigWire },
    handle: async ({ deps, app }) => {
      const config = await deps.store.deployConfigs.find(app.id)
      return {
        ui_drafts_disabled: config?.uiDraftsDisabled ?? false,
        automatic_deployment: { enabled: false, provider: '', installation_ids: [] },
        last_modified: Math.floor((config?.changedAt ?? app.deployedAt) / 1000),
      }
    },
  }),
  appRoute({
    method: 'PATCH',
    path,
    operation: 'changeDeployConfig',
    summary: 'Says how changes are to come into the app; no deployment is made.',
    tag,
    access: 'write',
    body: deployConfigBody,
    answer: { status: 204 },
    handle: async ({ deps, app, body }) => {
      const before = await deps.store.deployConfigs.find(app.id)
      const uiDraftsDisabled = body.ui_drafts_disabled ?? before?.uiDraftsDisabled ?? false
      await deps.store.deployConfigs.put({ appId: app.id, uiDraftsDisabled, changedAt: deps.now() })
    },
  }),
]
