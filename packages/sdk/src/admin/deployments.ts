import type { DeployConfigWire, DeploymentWire, DraftDiffWire, DraftWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'
import { toDate } from './to-date.ts'

/** One deployment of an app. */
export type AppDeployment = {
  readonly id: string
  /** 1, 2, 3 … within the app. */
  readonly number: number
  readonly deployedAt: Date
  /** A directory on the server's disk, a push, a change through the Admin API, or an older deployment again. */
  readonly origin: 'directory' | 'push' | 'change' | 'rollback'
  /** What people call the operator; `undefined` for the server itself. */
  readonly by: string | undefined
  /** What the operator called it; may be empty. */
  readonly name: string
}

/** Changes that one operator gathers, to deploy them together. */
export type AppDraft = { readonly id: string; readonly createdAt: Date }

/** What a draft changes, in lines for people. */
export type DraftDiff = DraftDiffWire

/** How changes come into an app. */
export type DeployConfig = DeployConfigWire

export type ListDeploymentsOptions = {
  /** 1 to 100, default 25. */
  readonly limit?: number
  /** Id of a deployment: only those before it. */
  readonly before?: string
}

export type AdminDeployments = {
  /** The newest first. */
  list(app: AdminApp, options?: ListDeploymentsOptions): Promise<AppDeployment[]>
  /** @throws AdminError when there is none */
  get(app: AdminApp, id: string): Promise<AppDeployment>
  /** By its number. */
  find(app: AdminApp, number: number): Promise<AppDeployment | undefined>
  /**
   * Deploys what an earlier deployment had, as a new deployment.
   *
   * @throws AdminError when there is none, or it cannot be deployed any more
   */
  redeploy(app: AdminApp, id: string): Promise<void>
  /** How changes come into the app, as `setConfig` put it. */
  config(app: AdminApp): Promise<DeployConfig>
  setConfig(app: AdminApp, config: Pick<DeployConfig, 'ui_drafts_disabled'>): Promise<void>
}

/** Drafts of the operator who asks: while there is one, their changes of the app are gathered in it. */
export type AdminDrafts = {
  find(app: AdminApp): Promise<AppDraft | undefined>
  /** @throws AdminError when there is one */
  create(app: AdminApp): Promise<AppDraft>
  diff(app: AdminApp, draft: AppDraft): Promise<DraftDiff>
  /** @throws AdminError when somebody else changed the same since it was begun */
  deploy(app: AdminApp, draft: AppDraft, name?: string): Promise<AppDeployment>
  discard(app: AdminApp, draft: AppDraft): Promise<void>
}

const toDeployment = (deployment: DeploymentWire): AppDeployment => ({
  id: deployment._id,
  number: deployment.number,
  deployedAt: toDate(deployment.deployed_at),
  origin: deployment.origin.toLowerCase() as AppDeployment['origin'],
  by: deployment.user || undefined,
  name: deployment.name,
})

const toDraft = ({ _id, created_at }: DraftWire): AppDraft => ({
  id: _id,
  createdAt: toDate(created_at),
})

const mostInPage = 100

export const createAdminDeployments = ({ request, projectId }: AdminHttp): AdminDeployments => {
  const list: AdminDeployments['list'] = async (app, options = {}) => {
    const path = adminPaths.deployments(await projectId(), app.id)
    const found = await request<readonly DeploymentWire[]>('GET', path, { query: { ...options } })
    return found.map(toDeployment)
  }
  return {
    list,
    get: async (app, id) => {
      const path = adminPaths.deployment(await projectId(), app.id, id)
      return toDeployment(await request<DeploymentWire>('GET', path))
    },
    find: async (app, number) => {
      let page = await list(app, { limit: mostInPage })
      while (page.length > 0) {
        const found = page.find(one => one.number === number)
        const last = page.at(-1)
        if (found || !last || last.number < number) return found
        page = await list(app, { limit: mostInPage, before: last.id })
      }
      return undefined
    },
    redeploy: async (app, id) =>
      request<void>('POST', adminPaths.redeploy(await projectId(), app.id, id)),
    config: async app => request('GET', adminPaths.deployConfig(await projectId(), app.id)),
    setConfig: async (app, config) =>
      request<void>('PATCH', adminPaths.deployConfig(await projectId(), app.id), { body: config }),
  }
}

export const createAdminDrafts = ({ request, projectId }: AdminHttp): AdminDrafts => ({
  find: async app => {
    const path = adminPaths.drafts(await projectId(), app.id)
    const [draft] = await request<readonly DraftWire[]>('GET', path)
    return draft && toDraft(draft)
  },
  create: async app =>
    toDraft(await request<DraftWire>('POST', adminPaths.drafts(await projectId(), app.id))),
  diff: async (app, { id }) =>
    request<DraftDiff>('GET', adminPaths.draftDiff(await projectId(), app.id, id)),
  deploy: async (app, { id }, name) => {
    const path = adminPaths.deployDraft(await projectId(), app.id, id)
    const body = name === undefined ? {} : { name }
    return toDeployment(await request<DeploymentWire>('POST', path, { body }))
  },
  discard: async (app, { id }) =>
    request<void>('DELETE', adminPaths.draft(await projectId(), app.id, id)),
})
