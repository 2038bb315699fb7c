import type { ProviderType, UserDataWire } from '@regent/protocol'

/** A user as operators see it. */
export type AdminUser = {
  readonly id: string
  readonly type: 'normal' | 'server'
  readonly disabled: boolean
  readonly createdAt: Date
  readonly lastLoginAt: Date
  /** When the user, who asked for it, is deleted unless they log in before. */
  readonly deletesAt: Date | undefined
  readonly profile: Readonly<Record<string, unknown>>
  /** Oldest first. */
  readonly identities: readonly {
    readonly id: string
    readonly providerType: ProviderType
    readonly data: Readonly<Record<string, unknown>>
  }[]
}

export type ListUsersOptions = {
  /** Id of the last user of the page before. */
  readonly after?: string
  /** Users of one page, at most and by default 50. */
  readonly limit?: number
  readonly status?: 'enabled' | 'disabled'
  /** Users with an identity of one of them. */
  readonly providerTypes?: readonly ProviderType[]
  /** True for the newest first. */
  readonly descending?: boolean
}

/** What users are looked for by; everything given must hold. */
export type UserSearch = {
  /** How one of the user's e-mail addresses begins, whatever its case. */
  readonly emailPrefix?: string
  /** `deleting`: they asked to be deleted, and are in the grace period. */
  readonly status?: 'enabled' | 'disabled' | 'deleting'
  /** An identity of one of them. */
  readonly providerTypes?: readonly ProviderType[]
  /** That moment is included. */
  readonly createdFrom?: Date
  /** That moment is not included. */
  readonly createdUntil?: Date
  readonly lastLoginFrom?: Date
  readonly lastLoginUntil?: Date
  /** Default: what is looked for by, else the id. */
  readonly sort?: 'id' | 'created' | 'lastLogin' | 'email'
  readonly descending?: boolean
}

export type SearchUsersOptions = UserSearch & {
  /** `next` of the page before. */
  readonly cursor?: string
  /** Users of one page, at most and by default 50. */
  readonly limit?: number
}

export type UserPage = {
  readonly users: readonly AdminUser[]
  /** Cursor of the next page, `undefined` after the last. A page may be short, or empty, and not be the last. */
  readonly next: string | undefined
}

export type UserDevice = {
  readonly id: string
  readonly createdAt: Date
  /** What the client said of it. */
  readonly details: Readonly<Record<string, string>>
}

/** What is kept about a user beside the user. */
export type UserDetails = {
  readonly user: AdminUser
  /** The account of e-mail and password. */
  readonly registration:
    | { readonly email: string; readonly confirmed: boolean; readonly createdAt: Date }
    | undefined
  /** Extended JSON; `undefined` when there is none. */
  readonly customData: unknown
  /** Why the custom data cannot be read now. */
  readonly customDataError: string | undefined
  /** The newest hundred, newest first. */
  readonly sessions: readonly {
    readonly id: string
    readonly deviceId: string
    readonly device: Readonly<Record<string, string>>
    readonly providerType: ProviderType
    readonly createdAt: Date
    readonly lastUsedAt: Date
    /** `undefined` when it lasts as long as its user. */
    readonly expiresAt: Date | undefined
  }[]
  readonly devices: readonly UserDevice[]
  readonly apiKeys: readonly {
    readonly id: string
    readonly name: string
    readonly prefix: string
    readonly disabled: boolean
    readonly createdAt: Date
    readonly lastUsedAt: Date | undefined
  }[]
  /** The last twenty, newest first; what was tried with their e-mail address too. */
  readonly events: readonly {
    readonly id: string
    readonly at: Date
    readonly type: string
    readonly event: string
    readonly providerType: string | undefined
    readonly address: string | undefined
    readonly error: string | undefined
    /** What the client is not told of it. */
    readonly detail: string | undefined
  }[]
}

/** Everything that is kept about a user, in the words that users get it in. */
export type UserData = UserDataWire

/** What an access token says, and the user's profile now. */
export type VerifiedToken = {
  readonly userId: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly issuer: string
  readonly audience: string
  readonly deviceId: string
  readonly profile: Readonly<Record<string, unknown>>
  readonly customData: Readonly<Record<string, unknown>>
}
