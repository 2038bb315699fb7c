/** What logs in without a person: a key of a user, or a server key that the operator made. */
export type ApiKey = {
  /** ObjectId as 24 hex characters; also the id of its `api-key` identity. */
  readonly id: string
  readonly appId: string
  readonly kind: 'user' | 'server'
  /** Who logs in with it. A server key has a user of its own, who goes with the key. */
  readonly userId: string
  /** Unique among the user's keys, or among the app's server keys. */
  readonly name: string
  /** The key's first characters, by which a key that was found somewhere can be told. */
  readonly prefix: string
  /** SHA-256 of the key, base64url. */
  readonly hash: string
  readonly disabled: boolean
  /** Set for ever once the key is being deleted. */
  readonly deleting: boolean
  /** True until what a disable or a delete takes along is gone too. */
  readonly unfinished: boolean
  readonly createdAt: number
  /** Kept to the hour; `undefined` until the first log-in. */
  readonly lastUsedAt: number | undefined
}

/** How many keys of a kind there may be: of one user, and of one app. */
export const mostKeys: Readonly<Record<ApiKey['kind'], number>> = { user: 20, server: 100 }

/**
 * True for what a key may be called.
 *
 * @see realm-kotlin `ApiKeyAuthTests`; realm-dotnet `UserManagementTests`
 */
export const isKeyName = (name: string): boolean => /^[A-Za-z0-9_-]{1,128}$/.test(name)
