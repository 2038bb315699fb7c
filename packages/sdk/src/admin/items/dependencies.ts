import type { DependenciesDiffWire, DependenciesWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'

/** What functions of an app may `require` beside the built-in modules. */
export type AdminDependencies = {
  list(app: AdminApp): Promise<DependenciesWire['dependencies_list']>
  /** The text of the `package.json`. */
  export(app: AdminApp): Promise<string>
  /** What another `package.json` would change. */
  diff(app: AdminApp, packageJson: string): Promise<DependenciesDiffWire>
  /**
   * Puts another `package.json` in its place, once what it names is installed.
   *
   * @throws AdminError when something cannot be installed
   */
  replace(app: AdminApp, packageJson: string): Promise<void>
  /** `successful`: what cannot be installed is not deployed. */
  status(app: AdminApp): Promise<string>
}

/** Packages are installed meanwhile. */
const patienceMs = 600_000

const toContent = (data: string) => ({ type: 'application/json', data })

export const createAdminDependencies = ({
  request,
  send,
  projectId,
}: AdminHttp): AdminDependencies => ({
  list: async app => {
    const path = adminPaths.dependencies(await projectId(), app.id)
    return (await request<DependenciesWire>('GET', path)).dependencies_list
  },
  export: async app =>
    (await send('GET', adminPaths.dependenciesExport(await projectId(), app.id))).text(),
  diff: async (app, packageJson) => {
    const path = adminPaths.dependenciesDiff(await projectId(), app.id)
    const response = await send('POST', path, { content: toContent(packageJson) })
    return (await response.json()) as DependenciesDiffWire
  },
  replace: async (app, packageJson) => {
    const path = adminPaths.dependencies(await projectId(), app.id)
    await send('PUT', path, { content: toContent(packageJson), timeoutMs: patienceMs })
  },
  status: async app => {
    const path = adminPaths.dependenciesStatus(await projectId(), app.id)
    return (await request<{ status: string }>('GET', path)).status
  },
})
