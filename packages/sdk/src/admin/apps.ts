import type { AppWire, DeployBody, DeployWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminHttp } from './http.ts'

/** An app as operators see it. */
export type AdminApp = {
  /** 24 hex characters, the server's own id. */
  readonly id: string
  /** What clients put into `new App({ id })`. */
  readonly clientAppId: string
  readonly name: string
  readonly modifiedAt: Date
}

/** What became of a deployment. */
export type Deployment = {
  readonly app: AdminApp
  /** `unchanged`: it runs already; `store-newer`: it ran before and something newer runs now. */
  readonly outcome: 'deployed' | 'unchanged' | 'store-newer'
  readonly warnings: readonly string[]
}

export type AdminApps = {
  list(): Promise<AdminApp[]>
  find(clientAppId: string): Promise<AdminApp | undefined>
  /**
   * Deploys an app directory sent as texts, named by their path below the directory; whole or not at all.
   *
   * @throws AdminError that names every problem of the directory.
   */
  deploy(files: DeployBody['files'], source?: string): Promise<Deployment>
}

/** Packages of functions are installed meanwhile. */
const patienceMs = 600_000

const toApp = ({ _id, client_app_id, name, last_modified }: AppWire): AdminApp => ({
  id: _id,
  clientAppId: client_app_id,
  name,
  modifiedAt: new Date(last_modified * 1000),
})

export const createAdminApps = ({ request, projectId }: AdminHttp): AdminApps => {
  const list = async (): Promise<AdminApp[]> => {
    const apps = await request<readonly AppWire[]>('GET', adminPaths.apps(await projectId()))
    return apps.map(toApp)
  }
  return {
    list,
    find: async clientAppId => (await list()).find(app => app.clientAppId === clientAppId),
    deploy: async (files, source) => {
      const body: DeployBody = { files, ...(source !== undefined && { source }) }
      const path = adminPaths.deploy(await projectId())
      const { app, outcome, warnings } = await request<DeployWire>('POST', path, {
        body,
        timeoutMs: patienceMs,
      })
      return { app: toApp(app), outcome, warnings }
    },
  }
}
