import type {
  AuthProviderBody,
  AuthProviderChangeBody,
  AuthProviderWire,
  ListedAuthProviderWire,
} from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'
import { createItems, type Items, openChange, openCommand } from './crud.ts'

export type AdminAuthProviders = Omit<
  Items<AuthProviderBody, ListedAuthProviderWire, AuthProviderWire, AuthProviderWire>,
  'replace'
> & {
  /** What is left out stays as it is. */
  change(app: AdminApp, id: string, change: AuthProviderChangeBody): Promise<void>
  enable(app: AdminApp, id: string): Promise<void>
  disable(app: AdminApp, id: string): Promise<void>
}

const paths = { all: adminPaths.authProviders, one: adminPaths.authProvider }

export const createAdminAuthProviders = (http: AdminHttp): AdminAuthProviders => {
  const { replace: _, ...items } = createItems<
    AuthProviderBody,
    ListedAuthProviderWire,
    AuthProviderWire,
    AuthProviderWire
  >(http, paths)
  return {
    ...items,
    change: openChange(http, 'PATCH', adminPaths.authProvider),
    enable: openCommand(http, 'PUT', adminPaths.enableAuthProvider),
    disable: openCommand(http, 'PUT', adminPaths.disableAuthProvider),
  }
}
