import type { SecretWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import { AdminError } from './error.ts'
import type { AdminHttp } from './http.ts'

export type AdminSecrets = {
  /** Names of the app's secrets, in order; values are never shown. */
  list(app: AdminApp): Promise<string[]>
  /** Adds the secret, or gives the one of that name another value. */
  set(app: AdminApp, name: string, value: string): Promise<void>
  /** @throws AdminError when there is none of that name */
  delete(app: AdminApp, name: string): Promise<void>
}

export const createAdminSecrets = ({ request, projectId }: AdminHttp): AdminSecrets => {
  const pathOf = async (app: AdminApp, name: string): Promise<string> =>
    adminPaths.secret(await projectId(), app.id, name)

  return {
    list: async app => {
      const path = adminPaths.secrets(await projectId(), app.id)
      return (await request<readonly SecretWire[]>('GET', path)).map(({ name }) => name)
    },
    set: async (app, name, value) => {
      const body = { name, value }
      try {
        await request<void>('PUT', await pathOf(app, name), { body })
      } catch (error) {
        if (!(error instanceof AdminError) || error.status !== 404) throw error
        await request('POST', adminPaths.secrets(await projectId(), app.id), { body })
      }
    },
    delete: async (app, name) => request<void>('DELETE', await pathOf(app, name)),
  }
}
