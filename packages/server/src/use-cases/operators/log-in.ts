import type { Deps } from '../../deps.ts'
import { addressGroup } from '../../domain/address.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import {
  type Admin,
  type AdminKey,
  type AdminSession,
  adminSessionMs,
  isOperatorPassword,
} from '../../domain/operator.ts'
import { AppError } from '../../errors.ts'
import { isPrivateKey, isPublicKey } from '../../security/operator-keys.ts'
import type { OperatorTokens } from '../../security/operator-tokens.ts'
import { guardGuess } from './guesses.ts'

/** What the Admin API needs beside `Deps`. */
export type Operators = {
  readonly tokens: OperatorTokens
  readonly projectId: string
}

/** IP address of the client, if known; failures are counted by it. */
type From = { readonly address: string | undefined }

/** Who logged in, and what the client keeps of it. */
export type OperatorLoggedIn = {
  readonly session: AdminSession
  readonly accessToken: string
  readonly refreshToken: string
}

const hourMs = 60 * 60 * 1000

const groupOf = (address: string | undefined): string | undefined =>
  address === undefined ? undefined : addressGroup(address)

const begin = async (
  { store, now, newId }: Deps,
  { tokens }: Operators,
  who: Pick<AdminSession, 'kind' | 'operatorId' | 'version' | 'address'>,
): Promise<OperatorLoggedIn> => {
  const at = now()
  const session = { ...who, id: newId(), createdAt: at, expiresAt: at + adminSessionMs }
  await store.adminSessions.insert(session)
  const [accessToken, refreshToken] = await Promise.all([
    tokens.issueAccess(session),
    tokens.issueRefresh(session),
  ])
  return { session, accessToken, refreshToken }
}

const provePassword = async (
  { store, passwords }: Deps,
  key: string,
  password: string,
): Promise<Admin> => {
  const admin = await store.admins.findByEmail(key)
  if (!(await passwords.verify(admin?.hash, password)) || !admin) {
    throw new AppError('invalidPassword')
  }
  return admin
}

const rehash = async (
  { store, passwords }: Deps,
  admin: Admin,
  password: string,
): Promise<void> => {
  if (!passwords.isOutdated(admin.hash)) return
  await store.admins.replaceHash(admin, await passwords.hash(password))
}

/**
 * Logs an operator in with e-mail address and password. An unknown address costs as much time as a wrong password and
 * gets the same answer.
 *
 * @throws `invalidPassword`, `tooManyRequests`
 */
export const logInOperator = async (
  deps: Deps,
  operators: Operators,
  { username, password, address }: From & { readonly username: string; readonly password: string },
): Promise<OperatorLoggedIn> => {
  if (!isAccountName(username) || !isOperatorPassword(password)) {
    throw new AppError('invalidPassword')
  }
  const account = canonicalEmail(username)
  const group = groupOf(address)
  const isKnownPlace = async (): Promise<boolean> => {
    const admin = group === undefined ? undefined : await deps.store.admins.findByEmail(account)
    return admin !== undefined && deps.store.adminSessions.isFrom(admin.id, group ?? '')
  }
  const guess = { projectId: operators.projectId, account, address, isKnownPlace }
  const admin = await guardGuess(deps, guess, () => provePassword(deps, account, password))
  const { id: operatorId, version } = admin
  const loggedIn = await begin(deps, operators, {
    kind: 'admin',
    operatorId,
    version,
    address: group,
  })
  await deps.store.admins.recordLogin(operatorId, deps.now())
  await rehash(deps, admin, password)
  return loggedIn
}

const proveKey = async (
  { store }: Deps,
  publicKey: string,
  privateKey: string,
): Promise<AdminKey> => {
  const key = isPublicKey(publicKey) ? await store.adminKeys.findByPublicKey(publicKey) : undefined
  if (!isPrivateKey(key?.hash, privateKey) || !key) throw new AppError('operatorKeyRefused')
  return key
}

/**
 * Logs a program in with its key pair.
 *
 * @throws `operatorKeyRefused`, `tooManyRequests`
 */
export const logInWithKeyPair = async (
  deps: Deps,
  operators: Operators,
  { username, apiKey, address }: From & { readonly username: string; readonly apiKey: string },
): Promise<OperatorLoggedIn> => {
  const guess = {
    projectId: operators.projectId,
    account: `key:${username}`,
    address,
    isKnownPlace: async () => true,
  }
  const key = await guardGuess(deps, guess, () => proveKey(deps, username, apiKey))
  const who = {
    kind: 'admin-key',
    operatorId: key.id,
    version: 0,
    address: groupOf(address),
  } as const
  const loggedIn = await begin(deps, operators, who)
  const at = deps.now()
  if (at - (key.lastLoginAt ?? 0) >= hourMs) await deps.store.adminKeys.recordLogin(key.id, at)
  return loggedIn
}
