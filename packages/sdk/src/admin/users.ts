import type {
  AdminUserWire,
  UserDataWire,
  UserSearchWire,
  VerifiedTokenWire,
} from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import { AdminError } from './error.ts'
import type { AdminHttp } from './http.ts'
import type {
  AdminUser,
  ListUsersOptions,
  SearchUsersOptions,
  UserData,
  UserDetails,
  UserDevice,
  UserPage,
  UserSearch,
  VerifiedToken,
} from './user-types.ts'
import { toDetails, toDevice, toSearchQuery, toUser, toVerified } from './user-wire.ts'

export type AdminUsers = {
  /** One page of users, in the order of their ids. */
  list(app: AdminApp, options?: ListUsersOptions): Promise<AdminUser[]>
  /** All users, page after page. */
  all(app: AdminApp): AsyncGenerator<AdminUser>
  /** One page of the users that are looked for. */
  search(app: AdminApp, options?: SearchUsersOptions): Promise<UserPage>
  /** All users that are looked for, page after page. */
  searchAll(app: AdminApp, search?: UserSearch): AsyncGenerator<AdminUser>
  /** How many users the app has. */
  count(app: AdminApp): Promise<number>
  /** The user with this id. */
  find(app: AdminApp, userId: string): Promise<AdminUser | undefined>
  /** The user who is known by this e-mail address; also `undefined` when nobody logged in with it yet. */
  findByEmail(app: AdminApp, email: string): Promise<AdminUser | undefined>
  /** Registration, custom data, sessions, devices, API keys and last events of a user. */
  details(app: AdminApp, userId: string): Promise<UserDetails>
  /** Devices that the user was the last to log in from. */
  devices(app: AdminApp, userId: string): Promise<UserDevice[]>
  /** Everything that is kept about the user, as the user gets it from `user.exportData()`. */
  data(app: AdminApp, userId: string): Promise<UserData>
  /** Makes a user with e-mail and password, confirmed at once. */
  create(
    app: AdminApp,
    account: { readonly email: string; readonly password: string },
  ): Promise<AdminUser>
  /** Ends all sessions and refuses further log-ins. */
  disable(app: AdminApp, userId: string): Promise<void>
  enable(app: AdminApp, userId: string): Promise<void>
  /** Ends all sessions of the user. */
  logOut(app: AdminApp, userId: string): Promise<void>
  /** Ends one session of the user. */
  endSession(app: AdminApp, userId: string, sessionId: string): Promise<void>
  /** Deletes the user and all that is kept of them, whatever grace period the app has. */
  delete(app: AdminApp, userId: string): Promise<void>
  /** Keeps a user who asked to be deleted and is in the grace period. */
  restore(app: AdminApp, userId: string): Promise<void>
  /** Gives the user's e-mail and password account another address. */
  resetEmail(app: AdminApp, userId: string, email: string): Promise<void>
  /** Sets the user's password, which ends all sessions; without one, sends the letter in which the user chooses it. */
  resetPassword(app: AdminApp, userId: string, password?: string): Promise<void>
  /** What an access token of the app says; `undefined` when it has expired. */
  verifyToken(app: AdminApp, token: string): Promise<VerifiedToken | undefined>
}

const pageSize = 50

const isUnknown = (error: unknown): boolean =>
  error instanceof AdminError && error.code === 'UserNotFound'

type Ask = <T>(
  method: string,
  path: typeof adminPaths.user,
  user: { readonly app: AdminApp; readonly id: string; readonly body?: unknown },
) => Promise<T>

const createChanges = (
  ask: Ask,
  { request, projectId }: AdminHttp,
): Omit<AdminUsers, keyof ReturnType<typeof createReads>> => {
  const command = (method: string, path: typeof adminPaths.user) => (app: AdminApp, id: string) =>
    ask<void>(method, path, { app, id })
  return {
    create: async (app, { email, password }) => {
      const path = adminPaths.users(await projectId(), app.id)
      return toUser(await request<AdminUserWire>('POST', path, { body: { email, password } }))
    },
    disable: command('PUT', adminPaths.disableUser),
    enable: command('PUT', adminPaths.enableUser),
    logOut: command('PUT', adminPaths.logOutUser),
    restore: command('PUT', adminPaths.restoreUser),
    delete: command('DELETE', adminPaths.user),
    endSession: async (app, userId, sessionId) => {
      const path = adminPaths.userSession(await projectId(), app.id, userId, sessionId)
      await request<void>('DELETE', path)
    },
    resetEmail: (app, id, email) =>
      ask<void>('PATCH', adminPaths.resetUserEmail, { app, id, body: { email } }),
    resetPassword: (app, id, password) =>
      ask<void>('POST', adminPaths.resetUserPassword, {
        app,
        id,
        body: password === undefined ? {} : { password },
      }),
  }
}

const createReads = (ask: Ask, { request, projectId }: AdminHttp) => {
  const usersPath = async (app: AdminApp): Promise<string> =>
    adminPaths.users(await projectId(), app.id)

  const list = async (app: AdminApp, options: ListUsersOptions = {}): Promise<AdminUser[]> => {
    const { after, limit, status, providerTypes, descending } = options
    const query = {
      after,
      limit,
      status,
      provider_types: providerTypes?.join(','),
      desc: descending,
    }
    const users = await request<readonly AdminUserWire[]>('GET', await usersPath(app), { query })
    return users.map(toUser)
  }

  const search = async (app: AdminApp, options: SearchUsersOptions = {}): Promise<UserPage> => {
    const path = adminPaths.searchUsers(await projectId(), app.id)
    const query = toSearchQuery(options)
    const { users, next } = await request<UserSearchWire>('GET', path, { query })
    return { users: users.map(toUser), next: next ?? undefined }
  }

  return {
    list,
    search,
    all: async function* (app: AdminApp): AsyncGenerator<AdminUser> {
      let after: string | undefined
      do {
        const page = await list(app, after === undefined ? {} : { after })
        yield* page
        after = page.length < pageSize ? undefined : page.at(-1)?.id
      } while (after !== undefined)
    },
    searchAll: async function* (app: AdminApp, wanted: UserSearch = {}): AsyncGenerator<AdminUser> {
      let cursor: string | undefined
      do {
        const page = await search(app, { ...wanted, ...(cursor !== undefined && { cursor }) })
        yield* page.users
        cursor = page.next
      } while (cursor !== undefined)
    },
    count: async (app: AdminApp): Promise<number> =>
      request<number>('GET', adminPaths.countUsers(await projectId(), app.id)),
    find: (app: AdminApp, id: string): Promise<AdminUser | undefined> =>
      ask<AdminUserWire>('GET', adminPaths.user, { app, id }).then(toUser, (error: unknown) => {
        if (isUnknown(error)) return undefined
        throw error
      }),
    findByEmail: async (app: AdminApp, email: string): Promise<AdminUser | undefined> => {
      const query = { email }
      const path = await usersPath(app)
      const [user] = await request<readonly AdminUserWire[]>('GET', path, { query })
      return user && toUser(user)
    },
    details: async (app: AdminApp, id: string): Promise<UserDetails> =>
      toDetails(await ask('GET', adminPaths.userDetails, { app, id })),
    devices: async (app: AdminApp, id: string): Promise<UserDevice[]> => {
      const devices = await ask<Parameters<typeof toDevice>[0][]>('GET', adminPaths.userDevices, {
        app,
        id,
      })
      return devices.map(toDevice)
    },
    data: (app: AdminApp, id: string): Promise<UserData> =>
      ask<UserDataWire>('GET', adminPaths.userData, { app, id }),
    verifyToken: async (app: AdminApp, token: string): Promise<VerifiedToken | undefined> => {
      const path = adminPaths.verifyToken(await projectId(), app.id)
      return toVerified(await request<VerifiedTokenWire>('POST', path, { body: { token } }))
    },
  }
}

export const createAdminUsers = (http: AdminHttp): AdminUsers => {
  const ask: Ask = async (method, path, { app, id, body }) =>
    http.request(method, path(await http.projectId(), app.id, id), { body })
  return { ...createReads(ask, http), ...createChanges(ask, http) }
}
