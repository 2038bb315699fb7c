import type { AdminUserWire, ProviderType } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import { AdminError } from './error.ts'
import type { AdminHttp } from './http.ts'

/** A user as operators see it. */
export type AdminUser = {
  readonly id: string
  readonly type: 'normal' | 'server'
  readonly disabled: boolean
  readonly createdAt: Date
  readonly lastLoginAt: Date
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
}

export type AdminUsers = {
  /** One page of users, in the order of their ids. */
  list(app: AdminApp, options?: ListUsersOptions): Promise<AdminUser[]>
  /** All users, page after page. */
  all(app: AdminApp): AsyncGenerator<AdminUser>
  /** The user with this id. */
  find(app: AdminApp, userId: string): Promise<AdminUser | undefined>
  /** The user who logs in with this e-mail address; also `undefined` when nobody did so yet. */
  findByEmail(app: AdminApp, email: string): Promise<AdminUser | undefined>
  /** Ends all sessions and refuses further log-ins. */
  disable(app: AdminApp, userId: string): Promise<void>
  enable(app: AdminApp, userId: string): Promise<void>
  /** Ends all sessions of the user. */
  logOut(app: AdminApp, userId: string): Promise<void>
  delete(app: AdminApp, userId: string): Promise<void>
}

const pageSize = 50

const toUser = (user: AdminUserWire): AdminUser => ({
  id: user._id,
  type: user.type,
  disabled: user.disabled,
  createdAt: new Date(user.creation_date * 1000),
  lastLoginAt: new Date(user.last_authentication_date * 1000),
  profile: user.data,
  identities: user.identities.map(({ id, provider_type, provider_data }) => ({
    id,
    providerType: provider_type,
    data: provider_data,
  })),
})

export const createAdminUsers = ({ request, projectId }: AdminHttp): AdminUsers => {
  const list: AdminUsers['list'] = async (app, { after, limit } = {}) => {
    const path = adminPaths.users(await projectId(), app.id)
    const users = await request<readonly AdminUserWire[]>('GET', path, { query: { after, limit } })
    return users.map(toUser)
  }

  const all: AdminUsers['all'] = async function* (app) {
    let after: string | undefined
    do {
      const page = await list(app, after === undefined ? {} : { after })
      yield* page
      after = page.length < pageSize ? undefined : page.at(-1)?.id
    } while (after !== undefined)
  }

  const command =
    (method: string, path: typeof adminPaths.user) => async (app: AdminApp, userId: string) =>
      request<void>(method, path(await projectId(), app.id, userId))

  return {
    list,
    all,
    find: async (app, userId) => {
      const path = adminPaths.user(await projectId(), app.id, userId)
      return request<AdminUserWire>('GET', path).then(toUser, (error: unknown) => {
        if (error instanceof AdminError && error.code === 'UserNotFound') return undefined
        throw error
      })
    },
    findByEmail: async (app, email) => {
      const path = adminPaths.users(await projectId(), app.id)
      const [user] = await request<readonly AdminUserWire[]>('GET', path, { query: { email } })
      return user && toUser(user)
    },
    disable: command('PUT', adminPaths.disableUser),
    enable: command('PUT', adminPaths.enableUser),
    logOut: command('PUT', adminPaths.logOutUser),
    delete: command('DELETE', adminPaths.user),
  }
}
