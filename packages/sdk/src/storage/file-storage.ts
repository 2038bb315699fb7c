import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Cabinet,
  endingName,
  listEntries,
  locked,
  readEnding,
  readUser,
  removeEntry,
  userName,
  writeEnding,
  writeUser,
} from './cabinet.ts'
import type { Loaded, Storage } from './storage.ts'
import type { StoredUser } from './stored-user.ts'

const readOrder = (path: string): number => {
  try {
    const order = Number(readFileSync(path, 'utf8'))
    return Number.isSafeInteger(order) ? order : 0
  } catch {
    return 0
  }
}

const isLogin = (stored: StoredUser, login: string | undefined): boolean =>
  stored.tokens?.refreshToken === login

/** Tokens must go even when there is no room to write that the user is logged out. */
const keep = (cabinet: Cabinet, user: StoredUser): void => {
  try {
    writeUser(cabinet, user)
  } catch (error) {
    if (user.tokens === undefined) removeEntry(cabinet, userName(user.account.id))
    throw error
  }
}

type Report = (error: unknown) => void

/** Reads each file; what is damaged or cannot be read is reported, and the latter named in `unread`. */
const readAll = <T>(
  { folder }: Cabinet,
  names: readonly string[],
  read: (name: string) => T | undefined,
  report: Report,
): { readonly values: T[]; readonly unread: string[] } => {
  const values: T[] = []
  const unread: string[] = []
  for (const name of names) {
    try {
      const value = read(name)
      if (value !== undefined) values.push(value)
      else report(new Error(`${join(folder, name)} is damaged`))
    } catch (error) {
      unread.push(name)
      report(error)
    }
  }
  return { values, unread }
}

const load = (cabinet: Cabinet, report: Report): Loaded => {
  const { users, endings } = listEntries(cabinet)
  const read = readAll(cabinet, users, name => readUser(cabinet, name), report)
  return {
    users: read.values,
    endings: readAll(cabinet, endings, name => readEnding(cabinet, name), report).values,
    isUnknown: userId => read.unread.includes(userName(userId)),
  }
}

/**
 * Keeps users in files of an open folder.
 *
 * @param onError told of each read or write that failed, and of each file that is no user's
 */
export const fileStorage = (cabinet: Cabinet, onError: Report): Storage => {
  /** Users newer here than on disk, because a write failed. */
  const unsaved = new Set<string>()

  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return locked(cabinet, action)
    } catch (error) {
      onError(error)
      return undefined
    }
  }

  const write = (user: StoredUser): void => {
    unsaved.add(user.account.id)
    keep(cabinet, user)
    unsaved.delete(user.account.id)
  }

  const forget = (userId: string): void => {
    unsaved.delete(userId)
    removeEntry(cabinet, userName(userId))
  }

  return {
    load: () => {
      const loaded = attempt(() => load(cabinet, onError))
      if (!loaded) return { users: [], endings: [], isUnknown: () => true }
      return { ...loaded, isUnknown: id => unsaved.has(id) || loaded.isUnknown(id) }
    },
    nextOrder: known => {
      const path = join(cabinet.folder, 'order')
      const order = attempt(() => {
        const next = Math.max(known, readOrder(path)) + 1
        writeFileSync(path, String(next), { mode: 0o600 })
        return next
      })
      return order ?? known + 1
    },
    put: user => {
      attempt(() => write(user))
    },
    replace: (user, login) =>
      attempt(() => {
        const { id } = user.account
        const stored = unsaved.has(id) ? user : readUser(cabinet, userName(id))
        const isPresent = stored || listEntries(cabinet).users.includes(userName(id))
        if (stored && stored !== user && !isLogin(stored, login)) return stored
        if (isPresent) write(user)
        return undefined
      }),
    remove: (userId, login) => {
      attempt(() => {
        const stored = readUser(cabinet, userName(userId))
        if (!stored?.tokens || isLogin(stored, login)) forget(userId)
      })
    },
    erase: userId => {
      attempt(() => forget(userId))
    },
    addEnding: refreshToken => {
      attempt(() => writeEnding(cabinet, refreshToken))
    },
    removeEnding: refreshToken => {
      attempt(() => removeEntry(cabinet, endingName(refreshToken)))
    },
  }
}
