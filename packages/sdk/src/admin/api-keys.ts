import type { AdminApiKeyWire, NewAdminApiKeyWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'
import { toDate, toDateIf } from './to-date.ts'

/** An API key as operators see it: never the key itself. */
export type AdminApiKey = {
  readonly id: string
  readonly name: string
  readonly disabled: boolean
  /** How the key begins. */
  readonly prefix: string
  /** Who logs in with it; a server key has a user of its own. */
  readonly userId: string
  readonly createdAt: Date
  /** By the hour; `undefined` until the first log-in. */
  readonly lastUsedAt: Date | undefined
}

/** A key that was made just now. */
export type NewAdminApiKey = AdminApiKey & {
  /** The key itself; it is not told again. */
  readonly key: string
}

export type AdminApiKeys = {
  /** Server keys, oldest first; with `prefix`, the keys of all users that begin so. */
  list(app: AdminApp, options?: { readonly prefix?: string }): Promise<AdminApiKey[]>
  /** A server key or one of a user. */
  get(app: AdminApp, keyId: string): Promise<AdminApiKey>
  /** Makes a server key. */
  create(app: AdminApp, name: string): Promise<NewAdminApiKey>
  enable(app: AdminApp, keyId: string): Promise<void>
  /** Refuses log-ins and refreshes with the key at once. */
  disable(app: AdminApp, keyId: string): Promise<void>
  delete(app: AdminApp, keyId: string): Promise<void>
}

const toKey = (key: AdminApiKeyWire): AdminApiKey => ({
  id: key._id,
  name: key.name,
  disabled: key.disabled,
  prefix: key.prefix,
  userId: key.user_id,
  createdAt: toDate(key.created_at),
  lastUsedAt: toDateIf(key.last_used_at),
})

export const createAdminApiKeys = ({ request, projectId }: AdminHttp): AdminApiKeys => {
  const pathOf = async (app: AdminApp): Promise<string> =>
    adminPaths.apiKeys(await projectId(), app.id)
  const command =
    (method: string, path: typeof adminPaths.apiKey) => async (app: AdminApp, keyId: string) =>
      request<void>(method, path(await projectId(), app.id, keyId))

  return {
    list: async (app, query = {}) => {
      const keys = await request<readonly AdminApiKeyWire[]>('GET', await pathOf(app), { query })
      return keys.map(toKey)
    },
    get: async (app, keyId) =>
      toKey(await request('GET', adminPaths.apiKey(await projectId(), app.id, keyId))),
    create: async (app, name) => {
      const body = { name }
      const made = await request<NewAdminApiKeyWire>('POST', await pathOf(app), { body })
      return { ...toKey(made), key: made.key }
    },
    enable: command('PUT', adminPaths.enableApiKey),
    disable: command('PUT', adminPaths.disableApiKey),
    delete: command('DELETE', adminPaths.apiKey),
  }
}
