import { Listeners } from '../listeners.ts'
import { type Tokens, tokensOf } from '../session.ts'
import type { Loaded, Storage } from '../storage/storage.ts'
import type { Account, StoredUser } from '../storage/stored-user.ts'
import { apply, createRecord, isAnonymous, toStoredUser, type UserRecord } from './record.ts'
import { reload, takeOver } from './reload.ts'

/** The users of one app on this device, in memory and in the storage. Nothing here talks to the server. */
export type Book = {
  readonly listeners: Listeners
  /** Brings the users to what the storage has. */
  readonly reload: (loaded: Loaded) => void
  /** Newest first. */
  readonly all: () => readonly UserRecord[]
  /** The logged-in user who was active last. */
  readonly current: () => UserRecord | undefined
  /** Notes a log-in that the server granted; the record of a known user stays the same object. */
  readonly logIn: (account: Account, tokens: Tokens) => UserRecord
  /** Makes the user the current one. */
  readonly activate: (record: UserRecord) => void
  /** Keeps what changed in the user's account or access token. */
  readonly keep: (record: UserRecord) => void
  /** Erases the tokens; an anonymous user goes altogether. */
  readonly logOut: (record: UserRecord) => void
  /** As `logOut`, unless another process has logged the user in again: takes that login over and returns true. */
  readonly endOrTakeOver: (record: UserRecord) => boolean
  /** Forgets the user, but on disk not a login that another process made since. */
  readonly remove: (record: UserRecord) => void
  /** Forgets a user who is no more. */
  readonly erase: (record: UserRecord) => void
}

const loginOf = (record: UserRecord): string | undefined => tokensOf(record.session)?.refreshToken

const latest = (choices: Iterable<UserRecord>): UserRecord | undefined => {
  let found: UserRecord | undefined
  for (const record of choices) if (!found || record.order > found.order) found = record
  return found
}

/** An empty book: `reload` fills it. */
export const createBook = (storage: Storage): Book => {
  const listeners = new Listeners()
  const records = new Map<string, UserRecord>()

  const loggedIn = (): UserRecord[] =>
    [...records.values()].filter(record => tokensOf(record.session))

  const nextOrder = (): number => storage.nextOrder(latest(records.values())?.order ?? 0)

  const tell = (record: UserRecord): void => {
    record.listeners.fire()
    listeners.fire()
  }

  const keep = (record: UserRecord): void => {
    const other = storage.replace(toStoredUser(record), loginOf(record))
    if (other) takeOver(record, other)
    tell(record)
  }

  const drop = (record: UserRecord): void => {
    apply(record, { type: 'removed' })
    records.delete(record.account.id)
  }

  const remove = (record: UserRecord): void => {
    const login = loginOf(record)
    drop(record)
    storage.remove(record.account.id, login)
    tell(record)
  }

  /** @returns the user as another process has logged it in meanwhile */
  const end = (record: UserRecord): StoredUser | undefined => {
    const login = loginOf(record)
    apply(record, { type: 'logged-out' })
    return storage.replace(toStoredUser(record), login)
  }

  return {
    listeners,
    reload: loaded => reload(records, loaded),
    all: () => [...records.values()].sort((a, b) => b.order - a.order),
    current: () => latest(loggedIn()),
    logIn: (account, tokens) => {
      const order = nextOrder()
      const record = records.get(account.id) ?? createRecord({ account, tokens, order })
      Object.assign(record, { account, order })
      apply(record, { type: 'logged-in', tokens })
      records.set(account.id, record)
      storage.put(toStoredUser(record))
      tell(record)
      return record
    },
    activate: record => {
      record.order = nextOrder()
      keep(record)
    },
    keep,
    logOut: record => {
      if (isAnonymous(record.account)) return remove(record)
      end(record)
      tell(record)
    },
    endOrTakeOver: record => {
      if (isAnonymous(record.account)) {
        remove(record)
        return false
      }
      const other = end(record)
      if (other?.tokens) takeOver(record, other)
      tell(record)
      return other?.tokens !== undefined
    },
    remove,
    erase: record => {
      drop(record)
      storage.erase(record.account.id)
      tell(record)
    },
  }
}
