import type { AccessListBody, AccessListEntryWire, AccessListWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'
import { openChange, openCommand } from './crud.ts'

/** From where an app may be used, and for how long. */
export type AdminSecurity = {
  /** Origins that browsers may call from; an empty list lets all. */
  requestOrigins(app: AdminApp): Promise<readonly string[]>
  setRequestOrigins(app: AdminApp, origins: readonly string[]): Promise<void>
  /** Addresses that clients may call from. */
  accessList(app: AdminApp): Promise<AccessListWire>
  addAccess(app: AdminApp, entry: AccessListBody): Promise<AccessListEntryWire>
  changeAccess(app: AdminApp, entryId: string, entry: AccessListBody): Promise<AccessListEntryWire>
  removeAccess(app: AdminApp, entryId: string): Promise<void>
  /** Seconds that a refresh token lives. */
  refreshTokenSeconds(app: AdminApp): Promise<number>
  /** 1,800 to 157,680,000 seconds, for tokens that are given out from now on. */
  setRefreshTokenSeconds(app: AdminApp, seconds: number): Promise<void>
}

type Expiration = { readonly expiration_time_seconds: number }

export const createAdminSecurity = (http: AdminHttp): AdminSecurity => {
  const { request, projectId } = http
  const expiration = async (app: AdminApp): Promise<string> =>
    adminPaths.refreshTokenExpiration(await projectId(), app.id)

  return {
    requestOrigins: async app =>
      request('GET', adminPaths.requestOrigins(await projectId(), app.id)),
    setRequestOrigins: async (app, origins) =>
      request('POST', adminPaths.requestOrigins(await projectId(), app.id), { body: origins }),
    accessList: async app => request('GET', adminPaths.accessList(await projectId(), app.id)),
    addAccess: async (app, entry) =>
      request('POST', adminPaths.accessList(await projectId(), app.id), { body: entry }),
    changeAccess: openChange(http, 'PATCH', adminPaths.accessListEntry),
    removeAccess: openCommand(http, 'DELETE', adminPaths.accessListEntry),
    refreshTokenSeconds: async app =>
      (await request<Expiration>('GET', await expiration(app))).expiration_time_seconds,
    setRefreshTokenSeconds: async (app, seconds) => {
      const body: Expiration = { expiration_time_seconds: seconds }
      return request('PUT', await expiration(app), { body })
    },
  }
}
