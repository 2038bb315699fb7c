import { clientPaths } from '@regent/protocol/paths'
import { type Credentials, readCredentials } from '../credentials.ts'
import { refusal } from '../errors.ts'
import { createHttp, type Http, type HttpOptions } from '../http/http.ts'
import { tokensOf } from '../session.ts'
import type { Loaded, Storage } from '../storage/storage.ts'
import { User } from '../user.ts'
import { createActions } from './actions.ts'
import { type Book, createBook } from './book.ts'
import { createEndings } from './endings.ts'
import type { Device } from './log-in.ts'
import { isAnonymous, type UserRecord } from './record.ts'
import { createRenewal } from './renewal.ts'

/** The users of an app with all that can be done with them. Shared by all `App` objects of the same app. */
export type Users = {
  readonly http: Http
  readonly listeners: Book['listeners']
  /** Sees what other processes did to the files since. */
  readonly reload: () => void
  readonly all: () => Record<string, User>
  readonly current: () => User | null
  readonly logIn: (credentials: Credentials) => Promise<User>
  readonly switchTo: (user: User) => void
  readonly remove: (user: User) => Promise<void>
  readonly delete: (user: User) => Promise<void>
}

export type UsersOptions = Omit<HttpOptions, 'onSuccess'> & { readonly storage: Storage }

/** A log-out that a crash cut off is finished: the user whose session has to end is logged out. */
const finishLogOuts = (book: Book, endings: readonly string[]): void => {
  for (const record of book.all()) {
    const login = tokensOf(record.session)?.refreshToken
    if (login !== undefined && endings.includes(login)) book.logOut(record)
  }
}

const isLoggedIn = (record: UserRecord | undefined): record is UserRecord =>
  record !== undefined && tokensOf(record.session) !== undefined

/** Opens the users that the storage keeps; sends nothing unless a session still has to end on the server. */
export const openUsers = ({ storage, ...options }: UsersOptions): Users => {
  const kept = storage.load()
  const book = createBook(storage)
  const http = createHttp({ ...options, onSuccess: () => void endings.finishAll() })
  const endings = createEndings(http, storage, kept.endings)
  const renewal = createRenewal(http, {
    onRefreshed: book.keep,
    onRefused: book.endOrTakeOver,
  })
  const read = (loaded: Loaded): void => {
    book.reload(loaded)
    finishLogOuts(book, loaded.endings)
  }
  read(kept)
  const users = new WeakMap<UserRecord, User>()
  const records = new WeakMap<User, UserRecord>()

  const device = (): Device => ({
    appId: options.appId,
    deviceId: book.all()[0]?.account.deviceId,
  })

  const actions = createActions({ appId: options.appId, book, renewal, endings, device })

  const userOf = (record: UserRecord): User => {
    const known = users.get(record)
    if (known) return known
    const user = new User(record, actions)
    users.set(record, user)
    records.set(user, record)
    return user
  }

  const recordOf = (user: User): UserRecord => {
    const record = records.get(user)
    if (record) return record
    throw refusal('ClientUserNotFound', 'User not found')
  }

  const reusable = (credentials: Credentials): UserRecord | undefined =>
    readCredentials(credentials).reuse
      ? book.all().find(record => isLoggedIn(record) && isAnonymous(record.account))
      : undefined

  setImmediate(() => void endings.finishAll())

  return {
    http,
    listeners: book.listeners,
    reload: () => read(storage.load()),
    all: () => Object.fromEntries(book.all().map(record => [record.account.id, userOf(record)])),
    current: () => {
      const record = book.current()
      return record ? userOf(record) : null
    },
    logIn: async credentials => {
      const anonymous = reusable(credentials)
      if (anonymous) {
        book.activate(anonymous)
        return userOf(anonymous)
      }
      const abandon = (refreshToken: string): void => {
        endings.add(refreshToken)
        endings.finish(refreshToken).catch(() => undefined)
      }
      const { logIn } = await import('./log-in.ts')
      const { account, tokens } = await logIn({ http, device: device(), abandon }, credentials)
      return userOf(book.logIn(account, tokens))
    },
    switchTo: user => {
      const record = records.get(user)
      if (!isLoggedIn(record)) {
        throw refusal('ClientUserNotLoggedIn', 'User is no longer valid or is logged out')
      }
      book.activate(record)
    },
    remove: async user => {
      const record = recordOf(user)
      if (record.session.status === 'removed') {
        throw refusal('ClientUserNotFound', 'User has already been removed')
      }
      const login = tokensOf(record.session)?.refreshToken
      if (login !== undefined) endings.add(login)
      book.remove(record)
      if (login !== undefined) await endings.finish(login)
    },
    delete: async user => {
      const record = recordOf(user)
      if (!isLoggedIn(record)) {
        throw refusal('ClientUserNotLoggedIn', 'User must be logged in to be deleted.')
      }
      await renewal.send(record, { method: 'DELETE', path: clientPaths.deleteUser() })
      book.erase(record)
    },
  }
}
