import type { StoredUser } from './stored-user.ts'

export type Loaded = {
  readonly users: readonly StoredUser[]
  /** Refresh tokens whose sessions have to be ended on the server. */
  readonly endings: readonly string[]
  /** True for a user of whom the disk tells nothing now: a write or this read failed. */
  readonly isUnknown: (userId: string) => boolean
}

/**
 * Where users are kept between runs. Every call is finished when it returns, so that tokens are gone from
 * disk the moment a user logs out. A write that fails is reported once and the run goes on in memory.
 *
 * A user's *login* is named by its refresh token. What one process does to a login never undoes another
 * process's newer login of the same user.
 */
export type Storage = {
  /** Everything kept; entries that cannot be read are left where they are and out of the answer. */
  readonly load: () => Loaded
  /** A number above every one given before, by any process. */
  readonly nextOrder: (known: number) => number
  /** Keeps the user, whatever was there. */
  readonly put: (user: StoredUser) => void
  /**
   * Keeps the user if that login is still the one kept, and does nothing when the user is gone.
   *
   * @returns the user as another process left it, when that one has ended or replaced the login
   */
  readonly replace: (user: StoredUser, login: string | undefined) => StoredUser | undefined
  /** Forgets the user, unless another process has logged the user in again. */
  readonly remove: (userId: string, login: string | undefined) => void
  /** Forgets the user, whatever is there. */
  readonly erase: (userId: string) => void
  /** Remembers a refresh token whose session has to be ended on the server. */
  readonly addEnding: (refreshToken: string) => void
  readonly removeEnding: (refreshToken: string) => void
}

/** Keeps nothing: users live as long as the app object. */
export const memoryStorage = (): Storage => ({
  load: () => ({ users: [], endings: [], isUnknown: () => true }),
  nextOrder: known => known + 1,
  put: () => undefined,
  replace: () => undefined,
  remove: () => undefined,
  erase: () => undefined,
  addEnding: () => undefined,
  removeEnding: () => undefined,
})
