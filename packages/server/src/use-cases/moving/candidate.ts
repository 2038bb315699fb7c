import { createHash } from 'node:crypto'
import type { MovedUserWire, ProviderType } from '@regent/protocol'
import type { ApiKey } from '../../domain/api-key.ts'
import { isKeyName } from '../../domain/api-key.ts'
import type { App, EmailPasswordConfig } from '../../domain/app.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import { noHash, type PasswordAccount } from '../../domain/password.ts'
import type { Identity, User } from '../../domain/user.ts'
import type { ForeignHash } from '../../security/foreign-hashes/foreign-hash.ts'
import { readForeignHash } from '../../security/foreign-hashes/read-foreign-hash.ts'
import { isProblem, type Problem } from './moved-user.ts'

/** What a line asks for, as far as the line alone tells. */
export type Candidate = {
  /** The id that the line names. */
  readonly id: string | undefined
  /** Absent for an address with which nobody logged in yet. */
  readonly user: Omit<User, 'id'> | undefined
  readonly account: PasswordAccount | undefined
  /** True for an account that is matched only as typed. */
  readonly isExact: boolean
  /** The hash of another system that the account brings. */
  readonly hash: ForeignHash | undefined
  readonly apiKeys: readonly Omit<ApiKey, 'userId'>[]
}

/** What a row becomes part of. */
export type Target = { readonly app: App; readonly now: number }

const problem = (text: string): Problem => ({ problem: text })

/** For what has no id of its own: the same each time the same line is read. */
const derivedId = (appId: string, what: string): string =>
  createHash('sha256').update(`${appId}/moved/${what}`).digest('hex').slice(0, 24)

const entryOf = ({ providers }: App, type: ProviderType) =>
  providers.find(provider => provider.type === type)

const emailOf = ({ email, identities, data }: MovedUserWire): string | undefined => {
  const known = identities.find(({ provider_type }) => provider_type === 'local-userpass')
  const said = email ?? known?.provider_data?.email ?? data?.email
  return typeof said === 'string' ? said : undefined
}

/** The one of e-mail and password is there although nothing names it. */
const namedIdentities = (moved: MovedUserWire): MovedUserWire['identities'] =>
  moved.identities.length === 0 ? [{ provider_type: 'local-userpass' }] : moved.identities

const toIdentity = (
  moved: MovedUserWire,
  {
    provider_type: type,
    id,
    provider_id,
    provider_data,
    linked_date,
  }: MovedUserWire['identities'][number],
  { app, now }: Target,
): Identity | Problem => {
  const email = emailOf(moved)
  if (type === 'local-userpass' && email === undefined) return problem('has no e-mail address')
  const own = type === 'local-userpass' ? (id ?? derivedId(app.id, email ?? '')) : id
  if (own === undefined) return problem(`its ${type} identity has no id`)
  if (type === 'local-userpass' && !isId(own)) {
    return problem(`the id of its local-userpass identity is not 24 hex characters`)
  }
  return {
    id: own,
    providerType: type,
    providerId: entryOf(app, type)?.id ?? provider_id ?? '0'.repeat(24),
    data: provider_data ?? (type === 'local-userpass' ? { email } : {}),
    linkedAt: linked_date ?? moved.creation_date ?? now,
  }
}

const isRepeated = (identities: readonly Identity[]): boolean =>
  new Set(identities.map(({ providerType, id }) => `${providerType}:${id}`)).size <
  identities.length

/** Keys that do not come along leave no identity behind. */
const toIdentities = (moved: MovedUserWire, target: Target): Identity[] | Problem => {
  const keys = new Set(moved.api_keys.map(({ _id }) => _id))
  const kept: Identity[] = []
  for (const one of namedIdentities(moved)) {
    if (one.provider_type === 'api-key' && !keys.has(one.id ?? '')) continue
    const identity = toIdentity(moved, one, target)
    if (isProblem(identity)) return identity
    kept.push(identity)
  }
  if (kept.length === 0) return problem('an API key cannot be moved without its hash')
  if (isRepeated(kept)) return problem('the same identity stands there twice')
  const emails = kept.filter(({ providerType }) => providerType === 'local-userpass')
  return emails.length > 1 ? problem('has two e-mail and password identities') : kept
}

const toUser = (
  moved: MovedUserWire,
  identities: readonly Identity[],
  { app, now }: Target,
): Omit<User, 'id'> => {
  const createdAt = moved.creation_date ?? moved.last_authentication_date ?? now
  return {
    appId: app.id,
    type: moved.type,
    identities,
    disabled: moved.disabled,
    deleting: false,
    ...(moved.deletes_date !== undefined && { deletesAt: moved.deletes_date }),
    createdAt,
    lastLoginAt: moved.last_authentication_date ?? createdAt,
    lastSeenAt: moved.last_seen_date ?? now,
  }
}

/** True when the app sends a letter before it takes an address for confirmed. */
const confirmsByMail = (app: App): boolean => {
  const config = entryOf(app, 'local-userpass')?.config as EmailPasswordConfig | undefined
  return config !== undefined && !config.autoConfirm && !config.confirmationFunctionName
}

const readHash = ({ password_hash: text }: MovedUserWire): ForeignHash | Problem | undefined => {
  if (text === undefined || text === null || text === '') return undefined
  const hash = readForeignHash(text)
  return isProblem(hash) ? problem(`'password_hash' ${hash.problem}`) : hash
}

const toAccount = (
  moved: MovedUserWire,
  identityId: string,
  { app, now }: Target,
): PasswordAccount | Problem => {
  const email = emailOf(moved) ?? ''
  if (!isAccountName(email)) return problem(`'email' is not valid`)
  const isProven =
    moved.email_verified ?? (confirmsByMail(app) && moved.email_state === 'confirmed')
  return {
    appId: app.id,
    key: canonicalEmail(email),
    email,
    identityId,
    hash: moved.password_hash ?? noHash,
    version: 1,
    state: moved.email_state,
    ...(isProven && { isProven }),
    tokens: [],
    createdAt: moved.registration_date ?? moved.creation_date ?? now,
  }
}

const toKeys = (moved: MovedUserWire, { app }: Target): Candidate['apiKeys'] | Problem => {
  const bad = moved.api_keys.find(({ name }) => !isKeyName(name))
  if (bad) return problem(`'${bad.name}' is no name of an API key`)
  return moved.api_keys.map(key => ({
    id: key._id,
    appId: app.id,
    kind: moved.type === 'server' ? 'server' : 'user',
    name: key.name,
    prefix: key.prefix,
    hash: key.hash,
    disabled: key.disabled,
    deleting: false,
    unfinished: false,
    createdAt: key.creation_date,
    lastUsedAt: key.last_used_date,
  }))
}

/** What a line asks for; looks at nothing but the line and the app. */
export const toCandidate = (moved: MovedUserWire, target: Target): Candidate | Problem => {
  const hash = readHash(moved)
  if (hash && isProblem(hash)) return hash
  const identities = toIdentities(moved, target)
  if (isProblem(identities)) return identities
  const own = identities.find(({ providerType }) => providerType === 'local-userpass')
  if (hash && !own) return problem('has a password, but no local-userpass identity')
  const account = own && toAccount(moved, own.id, target)
  if (account && isProblem(account)) return account
  const apiKeys = toKeys(moved, target)
  if (isProblem(apiKeys)) return apiKeys
  if (moved.registration_only && !account) return problem('has no e-mail address')
  return {
    id: moved._id,
    user: moved.registration_only ? undefined : toUser(moved, identities, target),
    account,
    isExact: moved.email_exact,
    hash,
    apiKeys,
  }
}
