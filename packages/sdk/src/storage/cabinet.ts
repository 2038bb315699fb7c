import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openFolder, readFile, removeFile, writeFile } from './files.ts'
import { withLock } from './lock.ts'
import { createSealing, isSealed, plain, type Sealing } from './sealing.ts'
import { readStoredUser, type StoredUser } from './stored-user.ts'

/** A folder with one file per user and one per session that has to be ended. */
export type Cabinet = {
  readonly folder: string
  readonly appId: string
  readonly sealing: Sealing
}

const format = 1
const userFile = /^user-[0-9a-f]{32}\.json$/
const endingFile = /^end-[0-9a-f]{32}\.json$/
const keyFile = 'key.check'

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32)

export const userName = (userId: string): string => `user-${digest(userId)}.json`
export const endingName = (refreshToken: string): string => `end-${digest(refreshToken)}.json`

/** Runs the action while no other process changes the folder. */
export const locked = <T>({ folder }: Cabinet, action: () => T): T =>
  withLock(join(folder, 'lock'), action)

const readEntry = (cabinet: Cabinet, name: string): object | undefined => {
  const bytes = readFile(join(cabinet.folder, name))
  const text = bytes && cabinet.sealing.open(bytes, name)
  if (text === undefined) return undefined
  try {
    const entry = JSON.parse(text)
    return entry?.format === format && entry.appId === cabinet.appId ? entry : undefined
  } catch {
    return undefined
  }
}

const writeEntry = (cabinet: Cabinet, name: string, entry: object): void => {
  const text = JSON.stringify({ format, appId: cabinet.appId, ...entry })
  writeFile(join(cabinet.folder, name), cabinet.sealing.seal(text, name))
}

/** `undefined` for a file that is not there, is damaged, is another app's or has another user's name. */
export const readUser = (cabinet: Cabinet, name: string): StoredUser | undefined => {
  const user = readStoredUser(readEntry(cabinet, name))
  return user && userName(user.account.id) === name ? user : undefined
}

export const writeUser = (cabinet: Cabinet, user: StoredUser): void =>
  writeEntry(cabinet, userName(user.account.id), user)

export const readEnding = (cabinet: Cabinet, name: string): string | undefined => {
  const entry = readEntry(cabinet, name)
  const token = entry && 'refreshToken' in entry ? entry.refreshToken : undefined
  return typeof token === 'string' && endingName(token) === name ? token : undefined
}

export const writeEnding = (cabinet: Cabinet, refreshToken: string): void =>
  writeEntry(cabinet, endingName(refreshToken), { refreshToken })

export const removeEntry = ({ folder }: Cabinet, name: string): void =>
  removeFile(join(folder, name))

export const listEntries = ({ folder }: Cabinet): { users: string[]; endings: string[] } => {
  const names = readdirSync(folder)
  return {
    users: names.filter(name => userFile.test(name)),
    endings: names.filter(name => endingFile.test(name)),
  }
}

/** Removes what a process left that died while it wrote. */
const sweep = (cabinet: Cabinet): void => {
  const left = () => readdirSync(cabinet.folder).filter(name => name.endsWith('.tmp'))
  if (left().length === 0) return
  locked(cabinet, () => {
    for (const name of left()) removeEntry(cabinet, name)
  })
}

/** Finds out whether the key is the one the folder was made with; writes nothing when it is not. */
const checkKey = (cabinet: Cabinet, hasKey: boolean): void => {
  const { folder, sealing } = cabinet
  const check = readFile(join(folder, keyFile))
  if (!hasKey) {
    if (check) throw new Error(`the users in ${folder} are encrypted: encryptionKey is required`)
    return
  }
  if (check && sealing.open(check, keyFile) !== undefined) return
  const { users, endings } = listEntries(cabinet)
  const kept = [...users, ...endings].map(name => ({ name, bytes: readFile(join(folder, name)) }))
  const isSealedEntry = ({ bytes }: { bytes: Buffer | undefined }) => bytes && isSealed(bytes)
  const opens = kept.some(({ name, bytes }) => bytes && sealing.open(bytes, name) !== undefined)
  if (!opens && (check || kept.some(isSealedEntry))) {
    throw new Error(`the users in ${folder} were stored with another encryptionKey`)
  }
  if (!opens && kept.length > 0) {
    throw new Error(
      `the users in ${folder} were stored without encryption: open them without a key`,
    )
  }
  writeFile(join(folder, keyFile), sealing.seal(String(format), keyFile))
}

/**
 * Opens the folder, and makes it when it is not there.
 *
 * @param key 64 bytes; without it files are plain
 * @throws Error for a wrong key, a missing one, and one for a folder that is not encrypted; and what the
 * file system throws
 */
export const openCabinet = (
  folder: string,
  appId: string,
  key: Uint8Array | undefined,
): Cabinet => {
  const cabinet = { folder, appId, sealing: key ? createSealing(key, appId) : plain }
  openFolder(folder)
  locked(cabinet, () => checkKey(cabinet, key !== undefined))
  sweep(cabinet)
  return cabinet
}
