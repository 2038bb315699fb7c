import type { App } from '../../domain/app.ts'
import { exactEmailKey } from '../../domain/email.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { User } from '../../domain/user.ts'
import { randomHex } from '../../security/random.ts'
import type { IdentityClaim, IdentityKey } from '../../store/identities.ts'
import {
  type AccountThere,
  identityName,
  type MovedAccount,
  type UserThere,
} from '../../store/moving/bulk.ts'
import type { Store } from '../../store/store.ts'
import type { Candidate } from './candidate.ts'
import { isProblem, type Problem } from './moved-user.ts'

/** What is there of what some lines ask for. */
export type There = {
  readonly users: ReadonlyMap<string, UserThere>
  readonly claims: ReadonlyMap<string, string>
  readonly accounts: ReadonlyMap<string, AccountThere>
}

/** What is still to be written for a line. */
export type Plan = {
  readonly user: User | undefined
  readonly claims: readonly IdentityClaim[]
  readonly account: MovedAccount | undefined
  /** The other account whose address has the same key. */
  readonly double: string | undefined
  /** True when there was something of the line before. */
  readonly isThere: boolean
  readonly userId: string
}

/** What lines before have asked for. */
export type Seen = {
  /** Ids, identities and addresses as typed. */
  readonly marks: Set<string>
  /** Addresses by their canonical keys, the first of each. */
  readonly addresses: Map<string, string>
}

export const nothingSeen = (): Seen => ({ marks: new Set(), addresses: new Map() })

const keysOf = ({ user, account }: Candidate, app: App): IdentityKey[] => {
  const named = user?.identities ?? []
  const own = account ? [{ providerType: 'local-userpass' as const, id: account.identityId }] : []
  const keys = user ? named.filter(({ providerType }) => providerType !== 'api-key') : own
  return keys.map(({ providerType, id }) => ({ appId: app.id, providerType, id }))
}

/** Asks the store for what may be in the way of the lines. */
export const lookAround = async (
  { moving, imported }: Pick<Store, 'moving' | 'imported'>,
  app: App,
  candidates: readonly Candidate[],
): Promise<There> => {
  const { hasDoubles } = await imported.factsOf(app.id)
  const accountKeys = candidates.flatMap(({ account, isExact }) => {
    if (!account) return []
    const exact = hasDoubles || isExact ? [exactEmailKey(account.email)] : []
    return [account.key, ...exact].map(key => ({ appId: app.id, key }))
  })
  const [users, claims, accounts] = await Promise.all([
    moving.lookForUsers(candidates.flatMap(({ id }) => id ?? [])),
    moving.lookForClaims(candidates.flatMap(candidate => keysOf(candidate, app))),
    moving.lookForAccounts(accountKeys),
  ])
  const unknown = new Set([...claims.values()].filter(id => !users.has(id)))
  const more = await moving.lookForUsers([...unknown])
  return { users: new Map([...users, ...more]), claims, accounts }
}

/** Whom the line is about: by its id, else by whose its identities are. */
const decideUserId = (
  candidate: Candidate,
  keys: readonly IdentityKey[],
  { claims }: There,
): string | Problem => {
  const owners = keys.flatMap(key => claims.get(identityName(key)) ?? [])
  const id = candidate.id ?? owners[0] ?? newUserId(candidate)
  if (owners.some(owner => owner !== id)) {
    return { problem: 'an identity of it belongs to another user' }
  }
  return id
}

/** Begins, as every ObjectId does, with when it was made. */
const newUserId = ({ user, account }: Candidate): string => {
  const at = user?.createdAt ?? account?.createdAt ?? 0
  const seconds = Math.floor(at / 1000) % 2 ** 32
  return seconds.toString(16).padStart(8, '0') + randomHex(8)
}

type Place = {
  readonly key: string
  readonly double: string | undefined
  readonly isThere: boolean
}

/** Under which key an account is kept: the first of an address under its canonical one, others as typed. */
const placeAccount = (
  account: PasswordAccount,
  isExact: boolean,
  { there: { accounts }, seen }: { readonly there: There; readonly seen: Seen },
): Place | Problem => {
  const exact = exactEmailKey(account.email)
  const [first, other] = [accounts.get(account.key), accounts.get(exact)]
  const email = first?.email ?? seen.addresses.get(account.key)
  if (other?.identityId === account.identityId) {
    return { key: exact, double: email, isThere: true }
  }
  if (first?.identityId === account.identityId) {
    return { key: account.key, double: undefined, isThere: true }
  }
  if (other !== undefined || email === account.email) {
    return { problem: 'its e-mail address is taken' }
  }
  if (email !== undefined || isExact) {
    return { key: exact, double: email ?? account.email, isThere: false }
  }
  seen.addresses.set(account.key, account.email)
  return { key: account.key, double: undefined, isThere: false }
}

/** The same line, or one about the same person, a second time. */
const findRepeated = (
  { id, account }: Candidate,
  keys: readonly IdentityKey[],
  seen: Seen,
): Problem | undefined => {
  const marks = [
    ...(id === undefined ? [] : [`id ${id}`]),
    ...keys.map(key => `identity ${identityName(key)}`),
    ...(account ? [`e-mail ${account.email}`] : []),
  ]
  const mark = marks.find(one => seen.marks.has(one))
  if (mark !== undefined) return { problem: `its ${mark.split(' ')[0]} stands in a line before` }
  for (const one of marks) seen.marks.add(one)
  return undefined
}

const findObstacle = (app: App, there: UserThere | undefined): Problem | undefined => {
  if (there && there.appId !== app.id) return { problem: 'its id is that of a user of another app' }
  if (there?.isDeleting) return { problem: 'the user of its id is being deleted' }
  return undefined
}

/** Once a user is there, the file adds nothing to them: only what a run that was cut off left out. */
const isOfUser = ({ providerType, id }: IdentityKey, there: UserThere | undefined): boolean =>
  there === undefined || there.identities.has(identityName({ providerType, id }))

/** What has to be written for a line, given what is there. */
export const decide = (
  candidate: Candidate,
  there: There,
  { app, seen }: { readonly app: App; readonly seen: Seen },
): Plan | Problem => {
  const keys = keysOf(candidate, app)
  const userId = decideUserId(candidate, keys, there)
  if (typeof userId !== 'string') return userId
  const known = there.users.get(userId)
  const obstacle = findObstacle(app, known) ?? findRepeated(candidate, keys, seen)
  if (obstacle) return obstacle
  const { account, user, isExact } = candidate
  const place = account && placeAccount(account, isExact, { there, seen })
  if (place && isProblem(place)) return place

  const own = keys.filter(key => isOfUser(key, known))
  const missing = own.filter(key => !there.claims.has(identityName(key)))
  const hasAccount = account !== undefined && own.some(({ id }) => id === account.identityId)
  return {
    userId,
    user: known || !user ? undefined : { ...user, id: userId },
    claims: user ? missing.map(key => ({ ...key, userId, linked: false })) : [],
    account:
      account && place && !place.isThere && hasAccount
        ? { ...account, key: place.key, isUnused: user === undefined }
        : undefined,
    double: place?.double,
    isThere: known !== undefined || (user === undefined && place?.isThere === true),
  }
}
