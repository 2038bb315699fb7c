import {
  adminPaths,
  type DeploymentWire,
  deploymentWire,
  listDeploymentsQuery,
} from '@regent/protocol'
import { z } from 'zod'
import { getDeployment, listDeployments, redeploy } from '../../../apps/deployments.ts'
import { AppError } from '../../../errors.ts'
import type { Deployment } from '../../../store/deployments.ts'
import { toSeconds } from '../../to-seconds.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const tag = 'deployments'
const mostDeployments = 100

const origins = {
  directory: 'DIRECTORY',
  push: 'PUSH',
  change: 'CHANGE',
  rollback: 'ROLLBACK',
} as const

/** A deployment as the Admin API shows it: only those that went well are kept. */
export const toDeploymentWire = (deployment: Deployment): DeploymentWire => ({
  _id: deployment.id,
  number: deployment.number,
  name: deployment.name ?? '',
  app_id: deployment.appId,
  draft_id: deployment.draftId ?? '',
  user_id: deployment.by?.id ?? '',
  user: deployment.by?.name ?? '',
  deployed_at: toSeconds(deployment.deployedAt),
  origin: origins[deployment.origin],
  commit: '',
  status: 'successful',
  status_error_message: '',
  diff_url: '',
  remote_location: '',
})

const readLimit = (text: string | undefined): number => {
  const limit = Number(text ?? 25)
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, mostDeployments)
  throw new AppError('fieldInvalid', { detail: "'limit' must be a whole number of at least 1" })
}

type Query = z.infer<typeof listDeploymentsQuery>

const isAsked = ({ by, draftId }: Deployment, { draft_id: draft, user_id: user }: Query): boolean =>
  (draft === undefined || draftId === draft) && (user === undefined || by?.id === user)

/** Deployments of an app. */
export const deploymentRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.deployments(':projectId', ':appId'),
    operation: 'listDeployments',
    summary: 'Deployments, the newest first.',
    tag,
    access: 'read',
    query: listDeploymentsQuery,
    answer: { status: 200, shape: z.array(deploymentWire) },
    handle: async ({ deps, app, query }) => {
      const limit = readLimit(query.limit)
      const before = query.before && (await getDeployment(deps, app, query.before)).number
      const page = typeof before === 'number' ? { limit, before } : { limit }
      const found = await listDeployments(deps, app, page)
      return found.filter(one => isAsked(one, query)).map(toDeploymentWire)
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.deployment(':projectId', ':appId', ':deploymentId'),
    operation: 'getDeployment',
    summary: 'One deployment.',
    tag,
    access: 'read',
    answer: { status: 200, shape: deploymentWire },
    handle: async ({ deps, app, params: { deploymentId = '' } }) =>
      toDeploymentWire(await getDeployment(deps, app, deploymentId)),
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.redeploy(':projectId', ':appId', ':deploymentId'),
    operation: 'redeploy',
    summary: 'Deploys what an earlier deployment had, as a new one.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator: by, params: { deploymentId: id = '' } }) =>
      redeploy(deps, app, { id, by }),
  }),
]
