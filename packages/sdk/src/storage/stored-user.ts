import type { Tokens } from '../session.ts'

/** What the server calls a device that it was told nothing of. */
export const noDevice = '000000000000000000000000'

export type Identity = { readonly id: string; readonly providerType: string }

/** What the server said about a user, last time it was asked. */
export type Account = {
  readonly id: string
  readonly deviceId: string
  /** Oldest first. */
  readonly identities: readonly Identity[]
  readonly profile: Readonly<Record<string, unknown>>
}

/** A user as kept on disk. */
export type StoredUser = {
  readonly account: Account
  /** `undefined` for a user who logged out. */
  readonly tokens: Tokens | undefined
  /** Grows with every log-in and switch; the highest one of a logged-in user is the current user's. */
  readonly order: number
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const isIdentity = (value: unknown): value is Identity =>
  isRecord(value) && isText(value.id) && isText(value.providerType)

/** The server's `identities` and `data`, as parts of an account; `undefined` when they are no such thing. */
export const readAccount = (value: unknown): Account | undefined => {
  if (!isRecord(value)) return undefined
  const { id, deviceId, identities, profile } = value
  if (!isText(id) || typeof deviceId !== 'string' || !isRecord(profile)) return undefined
  if (!Array.isArray(identities) || !identities.every(isIdentity)) return undefined
  const kept = identities.map(identity => ({
    id: identity.id,
    providerType: identity.providerType,
  }))
  return { id, deviceId, identities: kept, profile }
}

const readTokens = (value: unknown): Tokens | undefined => {
  if (!isRecord(value) || !isText(value.accessToken) || !isText(value.refreshToken)) {
    return undefined
  }
  return { accessToken: value.accessToken, refreshToken: value.refreshToken }
}

/** A user read from disk, or `undefined` when that is not what the value is. */
export const readStoredUser = (value: unknown): StoredUser | undefined => {
  if (!isRecord(value) || !Number.isSafeInteger(value.order)) return undefined
  const account = readAccount(value.account)
  const tokens = readTokens(value.tokens)
  if (!account || (value.tokens !== undefined && !tokens)) return undefined
  return { account, tokens, order: value.order as number }
}
