/** What a password must be to be set: 6 to 128 characters (code points), as the original asked. */
export const isPasswordLength = (password: string): boolean => {
  if (password.length > 256) return false
  const characters = Array.from(password).length
  return characters >= 6 && characters <= 128
}

/** In place of the hash of an account that came without one: no password is right until one is set by mail. */
export const noHash = ''

/** Why a one-time token was made. */
export type TokenPurpose = 'confirm' | 'reset'

/** A one-time token as kept: never the token itself. */
export type KeptToken = {
  /** 24 hex characters. */
  readonly id: string
  readonly purpose: TokenPurpose
  /** SHA-256 of the token, base64url. */
  readonly hash: string
  readonly expiresAt: number
}

/** The account behind a `local-userpass` identity. Times are milliseconds since 1970. */
export type PasswordAccount = {
  readonly appId: string
  /** The canonical e-mail address: with the app, what makes an account one. */
  readonly key: string
  /** As typed at registration; letters go here. */
  readonly email: string
  /** Id of the `local-userpass` identity; a new registration of the same address gets another. */
  readonly identityId: string
  /** `noHash` where none is known. */
  readonly hash: string
  /** Counts password changes, so that a log-in under way notices one. */
  readonly version: number
  readonly state: 'pending' | 'confirmed'
  /** There once a token that went to the address came back: who registered it, or reset its password, reads its mail. */
  readonly isProven?: true
  /** There while what others may have added to the user must still go. */
  readonly dropOthers?: true
  readonly tokens: readonly KeptToken[]
  readonly createdAt: number
}
