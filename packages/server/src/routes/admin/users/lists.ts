import {
  adminPaths,
  adminUserWire,
  listUsersQuery,
  newUserBody,
  searchUsersQuery,
  userSearchWire,
} from '@regent/protocol'
import { z } from 'zod'
import { findUserByEmail } from '../../../use-cases/admin/users.ts'
import { createUser } from '../../../use-cases/users/create.ts'
import { listUsers, searchUsers, type UserSearch } from '../../../use-cases/users/search.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { toUserWire } from './to-wire.ts'

const all = adminPaths.users(':projectId', ':appId')
const mostUsers = 50

type SearchQuery = z.infer<typeof searchUsersQuery>

const sorts = {
  _id: 'id',
  created: 'created',
  last_login: 'last-login',
  email: 'email',
} as const

const toSearch = (query: SearchQuery): UserSearch => ({
  emailPrefix: query.email_prefix,
  status: query.status,
  providerTypes: query.provider_types,
  createdFrom: query.created_from,
  createdUntil: query.created_until,
  lastLoginFrom: query.last_login_from,
  lastLoginUntil: query.last_login_until,
  sort: query.sort && sorts[query.sort],
  isDescending: query.desc,
})

/** Users of an app, many at a time. */
export const userListRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listUsers',
    summary: 'Users in the order of their ids, 50 at most; the next ones with `after` the last id.',
    tag: 'users',
    access: 'read',
    query: listUsersQuery,
    answer: { status: 200, shape: z.array(adminUserWire) },
    handle: async ({ deps, app, query }) => {
      const { email, after, limit = mostUsers, status, provider_types, desc } = query
      if (email !== undefined) {
        const user = await findUserByEmail(deps, app, email)
        return user ? [toUserWire(user)] : []
      }
      const search = { status, providerTypes: provider_types, isDescending: desc }
      const page = { after, limit: Math.min(limit, mostUsers) }
      return (await listUsers(deps, app, { ...search, ...page })).map(toUserWire)
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.searchUsers(':projectId', ':appId'),
    operation: 'searchUsers',
    summary: 'Users by e-mail prefix, state, auth provider and dates, in an order of your choice.',
    tag: 'users',
    access: 'read',
    query: searchUsersQuery,
    answer: { status: 200, shape: userSearchWire },
    handle: async ({ deps, app, query }) => {
      const { cursor, limit = mostUsers } = query
      const page = { cursor, limit: Math.min(limit, mostUsers) }
      const { users, next } = await searchUsers(deps, app, { ...toSearch(query), ...page })
      return { users: users.map(toUserWire), next: next ?? null }
    },
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.countUsers(':projectId', ':appId'),
    operation: 'countUsers',
    summary: 'How many users the app has.',
    tag: 'users',
    access: 'read',
    answer: { status: 200, shape: z.number() },
    handle: ({ deps, app }) => deps.store.users.count(app.id),
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createUser',
    summary: 'Makes a user with e-mail and password, confirmed at once.',
    tag: 'users',
    access: 'write',
    body: newUserBody,
    answer: { status: 201, shape: adminUserWire },
    handle: async ({ deps, app, body }) => toUserWire(await createUser(deps, app, body)),
  }),
]
