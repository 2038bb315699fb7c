import type { ProviderType } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import type { UserPosition, UserWalk } from '../../store/user-search/walk.ts'
import { readCursor, toCursor } from './cursor.ts'

/** Which users are wanted; everything given must hold. Times are milliseconds since 1970, from (included) until. */
export type UserSearch = {
  readonly emailPrefix?: string | undefined
  readonly status?: 'enabled' | 'disabled' | 'deleting' | undefined
  /** An identity of one of them. */
  readonly providerTypes?: readonly ProviderType[] | undefined
  readonly createdFrom?: number | undefined
  readonly createdUntil?: number | undefined
  readonly lastLoginFrom?: number | undefined
  readonly lastLoginUntil?: number | undefined
  /** Default: what is searched by, else the id. */
  readonly sort?: 'id' | 'created' | 'last-login' | 'email' | undefined
  readonly isDescending?: boolean | undefined
}

export type SearchPage = {
  /** `next` of the page before. */
  readonly cursor?: string | undefined
  readonly limit: number
}

export type FoundUsers = {
  readonly users: readonly User[]
  /** Cursor of the next page; `undefined` at the end. */
  readonly next: string | undefined
}

/** Users that one search looks at; it is answered with what was found by then, and a cursor. */
const mostExamined = 5_000
/** Users read at once where only some of them are wanted. */
const batch = 250

const prefixKey = (typed: string): string | undefined => {
  if (!isAccountName(typed)) return undefined
  const key = canonicalEmail(typed)
  return typed.endsWith('.') && !key.endsWith('.') ? `${key}.` : key
}

const sortOf = (search: UserSearch): UserWalk['by'] => {
  if (search.emailPrefix !== undefined) {
    if (search.sort === undefined || search.sort === 'email') return 'email'
    const detail = "'sort' must be email where an e-mail prefix is given"
    throw new AppError('fieldInvalid', { detail })
  }
  if (search.sort !== undefined) return search.sort
  if (search.status === 'deleting') return 'deletes'
  const isByLogin = search.lastLoginFrom !== undefined || search.lastLoginUntil !== undefined
  if (isByLogin) return 'last-login'
  const isByAge = search.createdFrom !== undefined || search.createdUntil !== undefined
  return isByAge ? 'created' : 'id'
}

/** The index that leads to the fewest users in the order that is asked for; `undefined` where nobody can be found. */
const walkOf = (search: UserSearch): UserWalk | undefined => {
  const by = sortOf(search)
  if (by === 'email') {
    const prefix = search.emailPrefix === undefined ? '' : prefixKey(search.emailPrefix)
    return prefix === undefined ? undefined : { by, prefix }
  }
  if (by === 'created') return { by, from: search.createdFrom, until: search.createdUntil }
  if (by === 'last-login') return { by, from: search.lastLoginFrom, until: search.lastLoginUntil }
  if (by === 'deletes') return { by }
  if (search.status === 'disabled') return { by, only: 'disabled' }
  return { by, ...(search.providerTypes && { only: search.providerTypes }) }
}

const isWithin = (at: number, from = 0, until = Number.POSITIVE_INFINITY): boolean =>
  at >= from && at < until

const hasStatus = ({ disabled, deletesAt }: User, status: UserSearch['status']): boolean => {
  if (status === undefined) return true
  return status === 'deleting' ? deletesAt !== undefined : disabled === (status === 'disabled')
}

const isWanted = (user: User, search: UserSearch): boolean =>
  hasStatus(user, search.status) &&
  isWithin(user.createdAt, search.createdFrom, search.createdUntil) &&
  isWithin(user.lastLoginAt, search.lastLoginFrom, search.lastLoginUntil) &&
  (search.providerTypes === undefined ||
    user.identities.some(({ providerType }) => search.providerTypes?.includes(providerType)))

/** True where the walk leads to nobody else, so that a page needs no more users than it shows. */
const isExact = ({ status, providerTypes, ...search }: UserSearch, walk: UserWalk): boolean => {
  const dates = [
    search.createdFrom,
    search.createdUntil,
    search.lastLoginFrom,
    search.lastLoginUntil,
  ]
  const conditions = [status, providerTypes, ...dates].filter(given => given !== undefined).length
  if (conditions === 0) return true
  if (walk.by === 'id') return conditions === 1 && walk.only !== undefined
  if (walk.by === 'email') return false
  if (walk.by === 'deletes') return conditions === 1
  return conditions === [walk.from, walk.until].filter(given => given !== undefined).length
}

type Page = {
  readonly walk: UserWalk
  readonly after: UserPosition | undefined
  readonly limit: number
  readonly mostExamined: number
}

const readPage = async (
  { store }: Deps,
  app: App,
  { search, walk, limit, ...page }: Page & { readonly search: UserSearch },
): Promise<{ users: User[]; next: UserPosition | undefined }> => {
  const users: User[] = []
  const most = isExact(search, walk) ? limit : batch
  const { isDescending } = search
  let { after } = page
  let step = Math.min(most, 2 * limit)
  for (let examined = 0; examined < page.mostExamined; examined += step) {
    step = examined === 0 ? step : most
    const read = await store.users.walk(app.id, walk, { isDescending, after, limit: step })
    for (const { user, position } of read.found) {
      if (!isWanted(user, search)) continue
      if (users.length === limit) return { users, next: after }
      users.push(user)
      after = position
    }
    if (!read.next) return { users, next: undefined }
    if (users.length === limit) return { users, next: after }
    after = read.next
  }
  return { users, next: after }
}

/**
 * One page of the users that are wanted. Each search goes over an index; where that leads to others too, a page may be
 * short, or empty, and yet have a `next`.
 *
 * @throws `fieldInvalid` for a cursor of another search, and for an order that an e-mail prefix does not come in
 */
export const searchUsers = async (
  deps: Deps,
  app: App,
  { cursor, limit, ...search }: UserSearch & SearchPage,
): Promise<FoundUsers> => {
  const walk = walkOf(search)
  if (!walk) return { users: [], next: undefined }
  const after = cursor === undefined ? undefined : readCursor(cursor, walk)
  const page = { walk, after, limit, mostExamined, search }
  const { users, next } = await readPage(deps, app, page)
  return { users, next: next && toCursor(next) }
}

/**
 * One page of users in the order of their ids; short only at the end. `after` is the last id before.
 *
 * @throws `fieldInvalid` when `after` is no id
 */
export const listUsers = async (
  deps: Deps,
  app: App,
  {
    after,
    limit,
    ...search
  }: Pick<UserSearch, 'status' | 'providerTypes' | 'isDescending'> & {
    readonly after: string | undefined
    readonly limit: number
  },
): Promise<readonly User[]> => {
  if (after !== undefined && !isId(after)) {
    throw new AppError('fieldInvalid', { detail: "'after' must be a user id" })
  }
  const walk = walkOf({ ...search, sort: 'id' })
  if (!walk) return []
  const { users } = await readPage(deps, app, {
    walk,
    after: after === undefined ? undefined : { id: after },
    limit,
    mostExamined: Number.POSITIVE_INFINITY,
    search,
  })
  return users
}
