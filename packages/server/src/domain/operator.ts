import type { OperatorRole } from '@regent/protocol'

/** Who uses the Admin API. */
export type Operator = {
  /** 24 hex characters. */
  readonly id: string
  /** What people call them: an e-mail address, or the name of a key. */
  readonly name: string
  /** `key-file`: whoever can read the server's data folder. */
  readonly kind: 'key-file' | 'admin' | 'admin-key'
  readonly role: OperatorRole
}

/** An operator who logs in with e-mail address and password. Times are milliseconds since 1970. */
export type Admin = {
  readonly id: string
  /** As typed. */
  readonly email: string
  /** The canonical e-mail address, which makes an operator one. */
  readonly key: string
  readonly hash: string
  /** Counts password changes: sessions begun before one are over. */
  readonly version: number
  readonly role: OperatorRole
  readonly createdAt: number
  readonly lastLoginAt: number | undefined
}

/** A key pair that programs log in with. */
export type AdminKey = {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  /** SHA-256 of the private key, base64url. */
  readonly hash: string
  readonly role: OperatorRole
  readonly createdAt: number
  /** By the hour. */
  readonly lastLoginAt: number | undefined
}

/** One log-in of an operator, until it expires or is ended. */
export type AdminSession = {
  readonly id: string
  readonly kind: 'admin' | 'admin-key'
  /** Id of the operator or of the key pair. */
  readonly operatorId: string
  /** The operator's `version` at the log-in; 0 for a key pair. */
  readonly version: number
  /** Address group that it was begun from, if known. */
  readonly address: string | undefined
  readonly createdAt: number
  readonly expiresAt: number
}

/** Sixty days. */
export const adminSessionMs = 60 * 24 * 60 * 60 * 1000

/** What an operator's password must be to be set: 8 to 128 characters (code points). */
export const isOperatorPassword = (password: string): boolean => {
  if (password.length > 256 || !password.isWellFormed()) return false
  const characters = Array.from(password).length
  return characters >= 8 && characters <= 128
}
