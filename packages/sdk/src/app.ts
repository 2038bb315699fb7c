import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { type AppConfiguration, readConfiguration, type Settings } from './app-configuration.ts'
import { readString, wrongType } from './arguments.ts'
import { Credentials } from './credentials.ts'
import { EmailPasswordAuth } from './email-password-auth.ts'
import type { DefaultFunctionsFactory } from './functions.ts'
import type { Listener } from './listeners.ts'
import { openCabinet } from './storage/cabinet.ts'
import { fileStorage } from './storage/file-storage.ts'
import { memoryStorage, type Storage } from './storage/storage.ts'
import { type DefaultObject, User } from './user.ts'
import { openUsers, type Users } from './users/users.ts'

const apps = new Map<string, WeakRef<App>>()
const opened = new Map<string, WeakRef<Users>>()

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))

/** Where one app's users are. The id becomes one folder name, whatever characters it has. */
const folderOf = (basePath: string, appId: string): string =>
  join(resolve(basePath), 'regent', encodeURIComponent(appId).replace(/^\.+$/, '%2E$&'))

const openStorage = ({ id, files, onStorageError }: Settings): Storage => {
  if (!files) return memoryStorage()
  try {
    const cabinet = openCabinet(folderOf(files.basePath, id), id, files.key)
    return fileStorage(cabinet, onStorageError)
  } catch (error) {
    if (!isFull(error)) throw error
    onStorageError(error)
    return memoryStorage()
  }
}

const open = (settings: Settings): Users =>
  openUsers({ ...settings, appId: settings.id, storage: openStorage(settings) })

/** App objects with the same files and server are the same app: what one does, the others see. */
const openOnce = (settings: Settings): Users => {
  const { id, baseUrl, files } = settings
  if (!files) return open(settings)
  const keyHash = files.key ? createHash('sha256').update(files.key).digest('hex') : ''
  const name = JSON.stringify([folderOf(files.basePath, id), baseUrl, keyHash])
  const known = opened.get(name)?.deref()
  if (known) {
    known.reload()
    return known
  }
  const users = open(settings)
  opened.set(name, new WeakRef(users))
  return users
}

const readUser = (value: unknown): User => {
  if (value instanceof User) return value
  throw wrongType('user', 'an instance of User', value)
}

/**
 * An app on a Regent server, and its users on this device.
 *
 * @see realm-js `App`: names, arguments and results are the same
 */
export class App<
  FunctionsFactoryType extends DefaultFunctionsFactory = DefaultFunctionsFactory,
  CustomDataType extends object = DefaultObject,
> {
  /** The app made last with this id, or a new one with the default configuration. */
  static get(id: string): App {
    return apps.get(readString(id, 'id'))?.deref() ?? new App(id)
  }

  /** The Realm SDK's old name of `App.get`. */
  static getApp(id: string): App {
    return App.get(id)
  }

  readonly #id: string
  readonly #users: Users
  readonly #emailPasswordAuth: EmailPasswordAuth

  /**
   * Reads the users kept on disk; sends nothing.
   *
   * @throws TypeError for a wrong configuration
   * @throws Error when the folder cannot be opened or its users were stored with another encryption key
   */
  constructor(idOrConfiguration: string | AppConfiguration) {
    const settings = readConfiguration(idOrConfiguration)
    this.#id = settings.id
    this.#users = openOnce(settings)
    this.#emailPasswordAuth = new EmailPasswordAuth(this.#users.http, settings.id)
    apps.set(settings.id, new WeakRef<App>(this as App))
  }

  get id(): string {
    return this.#id
  }

  /** Assigning it throws: `updateBaseUrl` is the way. */
  get baseUrl(): string {
    return this.#users.http.baseUrl()
  }

  set baseUrl(_url: string) {
    throw new Error("Cannot assign the base URL, please use 'updateBaseUrl()'.")
  }

  /**
   * Moves to another server. `null` and `''` mean the default address.
   *
   * @throws RegentError when no server for this app is there; the old address stays
   */
  async updateBaseUrl(url: string | null): Promise<void> {
    await this.#users.http.updateBaseUrl(url)
  }

  get emailPasswordAuth(): EmailPasswordAuth {
    return this.#emailPasswordAuth
  }

  /** The logged-in user who logged in or was switched to last; also without a network. */
  get currentUser(): User<FunctionsFactoryType, CustomDataType> | null {
    return this.#users.current() as User<FunctionsFactoryType, CustomDataType> | null
  }

  /** All users who logged in on this device and were not removed, by id. */
  get allUsers(): Record<string, User<FunctionsFactoryType, CustomDataType>> {
    return this.#users.all() as Record<string, User<FunctionsFactoryType, CustomDataType>>
  }

  /**
   * Logs in; the user becomes the current one. A user who is known already stays the same object.
   *
   * @throws RegentError when the server refuses or cannot be reached; nothing is changed then
   */
  async logIn(credentials: Credentials): Promise<User<FunctionsFactoryType, CustomDataType>> {
    if (!(credentials instanceof Credentials)) {
      throw wrongType('credentials', 'an instance of Credentials', credentials)
    }
    const user = await this.#users.logIn(credentials)
    return user as User<FunctionsFactoryType, CustomDataType>
  }

  /** @throws RegentError when the user is not logged in */
  switchUser(user: User): void {
    this.#users.switchTo(readUser(user))
  }

  /** Logs the user out and forgets it on this device, before the first `await`. The account on the server stays. */
  async removeUser(user: User): Promise<void> {
    await this.#users.remove(readUser(user))
  }

  /**
   * Deletes the user's account on the server, for good, and then everything of it on this device.
   *
   * @throws RegentError when the user is not logged in, or the server cannot be reached
   */
  async deleteUser(user: User): Promise<void> {
    await this.#users.delete(readUser(user))
  }

  /** Called after each log-in, log-out, switch, link and removal, and after each new access token. */
  addListener(callback: Listener): void {
    this.#users.listeners.add(callback)
  }

  removeListener(callback: Listener): void {
    this.#users.listeners.remove(callback)
  }

  removeAllListeners(): void {
    this.#users.listeners.removeAll()
  }
}
