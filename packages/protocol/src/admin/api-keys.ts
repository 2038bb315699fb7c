import type { ApiKeyWire } from '../client/api-keys.ts'

/** An API key as the Admin API shows it. Times are seconds since 1970. */
export type AdminApiKeyWire = ApiKeyWire & {
  /** Ours: the first eight characters of the key. */
  readonly prefix: string
  /** Ours: who logs in with it; a server key has a user of its own. */
  readonly user_id: string
  readonly created_at: number
  /** By the hour; absent until the first log-in. */
  readonly last_used_at?: number
}

/** Answer to the making of a server key: the only time that the key itself is told. */
export type NewAdminApiKeyWire = AdminApiKeyWire & { readonly key: string }
