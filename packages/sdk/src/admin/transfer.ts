import type { AppConfigWire, AppDescriptionWire, AppStructureBody } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'

export type ExportOptions = {
  /** Leaves the app's id out, so that the directory makes other apps. Default false. */
  readonly asTemplate?: boolean
  /** Id of an earlier deployment. Default what runs. */
  readonly deploymentId?: string
}

/** Whole apps in the forms that the original's tools speak; `apps.deploy` and `apps.pull` take directories as files. */
export type AdminTransfer = {
  /** The app directory as a zip file. */
  exportZip(app: AdminApp, options?: ExportOptions): Promise<Uint8Array>
  /** Replaces the app by what the original's command line sent. @throws AdminError that names every problem */
  importStructure(app: AdminApp, structure: AppStructureBody): Promise<void>
  /** What importing it would change, in lines for people. */
  planImport(app: AdminApp, structure: AppStructureBody): Promise<readonly string[]>
  /** The whole app in one object. */
  pull(app: AdminApp): Promise<AppConfigWire>
  /** Replaces the app by this one. @throws AdminError that names every problem */
  push(app: AdminApp, config: AppConfigWire): Promise<void>
  /** What the app has, in short. */
  describe(app: AdminApp): Promise<AppDescriptionWire>
}

/** Packages of functions are installed meanwhile. */
const timeoutMs = 600_000

const replacing = { strategy: 'replace-by-name' }

export const createAdminTransfer = ({ request, send, projectId }: AdminHttp): AdminTransfer => ({
  exportZip: async (app, { asTemplate = false, deploymentId } = {}) => {
    const path = adminPaths.exportApp(await projectId(), app.id)
    const query = { template: asTemplate || undefined, deployment: deploymentId }
    const response = await send('GET', path, { query, timeoutMs })
    return new Uint8Array(await response.arrayBuffer())
  },
  importStructure: async (app, structure) => {
    const path = adminPaths.importApp(await projectId(), app.id)
    return request('POST', path, { query: replacing, body: structure, timeoutMs })
  },
  planImport: async (app, structure) => {
    const path = adminPaths.importApp(await projectId(), app.id)
    const query = { ...replacing, diff: true }
    return request('POST', path, { query, body: structure, timeoutMs })
  },
  pull: async app => request('GET', adminPaths.pullApp(await projectId(), app.id)),
  push: async (app, config) => {
    const path = adminPaths.pushApp(await projectId(), app.id)
    return request('PATCH', path, { body: config, timeoutMs })
  },
  describe: async app => request('GET', adminPaths.appDescription(await projectId(), app.id)),
})
