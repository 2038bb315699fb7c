import type { UserDataWire } from '@regent/protocol'
import { clientPaths } from '@regent/protocol/paths'
import { readCustomData, readSessionOf } from './access-token.ts'
import { ApiKeyAuth } from './api-key-auth.ts'
import { type Credentials, isProviderType, type ProviderType } from './credentials.ts'
import { createFunctions, type DefaultFunctionsFactory } from './functions.ts'
import type { Request } from './http/http.ts'
import type { OpenStream, StreamRequest } from './http/stream.ts'
import type { Listener } from './listeners.ts'
import { type MongoDB, openMongoDB } from './mongo/mongo-db.ts'
import { PushClient } from './push-client.ts'
import { tokensOf } from './session.ts'
import { UserSessions } from './user-sessions.ts'
import type { UserRecord } from './users/record.ts'

/** States of a user. */
export const UserState = {
  /** The Realm SDK's old word for `LoggedIn`; no user is in this state. */
  Active: 'active',
  LoggedIn: 'LoggedIn',
  LoggedOut: 'LoggedOut',
  Removed: 'Removed',
} as const

export type UserState = (typeof UserState)[keyof typeof UserState]

export type UserIdentity = { readonly id: string; readonly providerType: ProviderType }

/** Everything that a server keeps about a user; times are texts as ISO 8601 has them, custom data is extended JSON. */
export type ExportedData = UserDataWire

/** Any object: what custom user data is when nobody says more. */
export type DefaultObject = Record<string, unknown>

/**
 * What auth providers may say of a user. The keys that a server sends are its own, such as `first_name`.
 *
 * @see realm-js `DefaultUserProfileData`
 */
export type DefaultUserProfileData = {
  name?: string
  email?: string
  pictureUrl?: string
  firstName?: string
  lastName?: string
  gender?: string
  birthday?: string
  minAge?: string
  maxAge?: string
} & { [key: string]: unknown }

/** @internal What a user can have done to it. */
export type UserActions = {
  readonly appId: string
  readonly logOut: (record: UserRecord) => Promise<void>
  readonly link: (record: UserRecord, credentials: Credentials) => Promise<void>
  readonly unlink: (record: UserRecord, identity: UserIdentity) => Promise<void>
  readonly refresh: (record: UserRecord) => Promise<void>
  readonly call: (record: UserRecord, name: string, args: readonly unknown[]) => Promise<unknown>
  /** With the access token. */
  readonly send: (record: UserRecord, request: Request) => Promise<unknown>
  /** With the access token. */
  readonly open: (record: UserRecord, request: StreamRequest) => Promise<OpenStream>
  readonly onLogOut: (record: UserRecord, callback: () => void) => () => void
  /** With the refresh token. */
  readonly sendWithLogin: (record: UserRecord, request: Request) => Promise<unknown>
}

/**
 * A user of an app, logged in on this device once. All properties are as the device last saw them; none
 * asks the server.
 *
 * @see realm-js `User`: names, arguments and results are the same
 */
export class User<
  FunctionsFactoryType extends DefaultFunctionsFactory = DefaultFunctionsFactory,
  CustomDataType extends object = DefaultObject,
  UserProfileDataType extends object = DefaultUserProfileData,
> {
  readonly #record: UserRecord
  readonly #actions: UserActions
  readonly #functions: FunctionsFactoryType
  readonly #apiKeys: ApiKeyAuth
  readonly #sessions: UserSessions

  /** @internal */
  constructor(record: UserRecord, actions: UserActions) {
    this.#record = record
    this.#actions = actions
    this.#functions = createFunctions((name, args) => actions.call(record, name, args))
    this.#apiKeys = new ApiKeyAuth(request => actions.sendWithLogin(record, request))
    this.#sessions = new UserSessions({
      send: request => actions.send(record, request),
      currentId: () => readSessionOf(tokensOf(record.session)?.refreshToken ?? ''),
      logOut: () => actions.logOut(record),
    })
  }

  get id(): string {
    return this.#record.account.id
  }

  get state(): UserState {
    switch (this.#record.session.status) {
      case 'removed':
        return UserState.Removed
      case 'logged-out':
        return UserState.LoggedOut
      default:
        return UserState.LoggedIn
    }
  }

  get isLoggedIn(): boolean {
    return this.state === UserState.LoggedIn
  }

  /** `''` when the user is logged out. It may have expired; `refreshCustomData` gives a new one. */
  get accessToken(): string | null {
    return tokensOf(this.#record.session)?.accessToken ?? ''
  }

  /** `''` when the user is logged out. */
  get refreshToken(): string | null {
    return tokensOf(this.#record.session)?.refreshToken ?? ''
  }

  /** What the auth providers say of the user; the keys are the server's, such as `email` and `first_name`. */
  get profile(): UserProfileDataType {
    return structuredClone(this.#record.account.profile) as UserProfileDataType
  }

  /** Oldest first. */
  get identities(): UserIdentity[] {
    return this.#record.account.identities.map(identity => ({ ...identity }) as UserIdentity)
  }

  /**
   * Provider of the oldest identity.
   *
   * @throws Error when the user has none, or one this version does not know
   */
  get providerType(): ProviderType {
    const [identity] = this.#record.account.identities
    if (!identity) throw new Error('No provider found')
    if (isProviderType(identity.providerType)) return identity.providerType
    throw new Error(`Unexpected provider type: ${identity.providerType}`)
  }

  get deviceId(): string | null {
    return this.#record.account.deviceId
  }

  /** The user's document in the custom user data collection when the access token was made; `{}` when there is none. */
  get customData(): CustomDataType {
    const accessToken = tokensOf(this.#record.session)?.accessToken
    return (accessToken === undefined ? {} : readCustomData(accessToken)) as CustomDataType
  }

  /**
   * The app's functions on the server: `user.functions.sum(1, 2)` calls the one named `sum` as this user.
   * One whose name JavaScript itself looks for (`then`, `toJSON`, `toString` …) is called by `callFunction`.
   */
  get functions(): FunctionsFactoryType {
    return this.#functions
  }

  /** The user's own API keys. */
  get apiKeys(): ApiKeyAuth {
    return this.#apiKeys
  }

  /** The user's sessions on all devices; ours. */
  get sessions(): UserSessions {
    return this.#sessions
  }

  /**
   * Calls a function of the app on the server, as this user.
   *
   * @param args BSON values; properties that are `undefined` are left out, other `undefined` become `null`
   * @returns BSON values: numbers as JS numbers where they fit, a `Long` beyond 2^53
   * @throws RegentError `FunctionNotFound`, `FunctionExecutionError` with what the function threw,
   * `ExecutionTimeLimitExceeded`
   */
  async callFunction(name: string, ...args: unknown[]): Promise<unknown> {
    return this.#actions.call(this.#record, name, args)
  }

  /**
   * A data source of the app, by its name: `user.mongoClient('mongodb-atlas').db('shop').collection('plants')`.
   * Sends nothing.
   */
  mongoClient(serviceName: string): MongoDB {
    const { appId, send, open, refresh, onLogOut } = this.#actions
    const record = this.#record
    const calls = {
      appId,
      send: (request: Request) => send(record, request),
      open: (request: StreamRequest) => open(record, request),
      refresh: () => refresh(record),
      onLogOut: (callback: () => void) => onLogOut(record, callback),
    }
    return openMongoDB(calls, serviceName)
  }

  /** For programs that register for push messages. Regent sends none: the calls of what this gives reject. */
  push(serviceName: string): PushClient {
    const { appId, send } = this.#actions
    return new PushClient(request => send(this.#record, request), appId, serviceName)
  }

  /**
   * Gets a new access token and with it the custom user data of now.
   *
   * @throws RegentError when the server cannot be reached or the session is over; after the latter the user
   * is logged out
   */
  async refreshCustomData(): Promise<CustomDataType> {
    await this.#actions.refresh(this.#record)
    return this.customData
  }

  /**
   * Erases the user's tokens at once, from disk too, before the first `await`; an anonymous user is removed.
   * Then ends the session on the server. Without a network that is done later, and this resolves.
   */
  async logOut(): Promise<void> {
    await this.#actions.logOut(this.#record)
  }

  /**
   * Adds an identity to this user, in place.
   *
   * @throws RegentError when the credentials are wrong or belong to another user
   */
  async linkCredentials(credentials: Credentials): Promise<void> {
    await this.#actions.link(this.#record, credentials)
  }

  /**
   * Takes an identity from this user, in place; whoever proves it later is another user. Ours.
   *
   * The user's other sessions end, and this one if the identity began it: then the user is logged out.
   *
   * @param identity one of `identities`
   * @throws RegentError for the user's last identity, and with status 404 for one it does not have
   */
  async unlinkCredentials(identity: UserIdentity): Promise<void> {
    await this.#actions.unlink(this.#record, identity)
  }

  /**
   * Everything that the server keeps about the user, as JSON to hand to them: profile, identities, custom user data,
   * sessions, devices, API keys (never the keys themselves) and log entries. Ours.
   *
   * @throws RegentError when the server cannot be reached or the session is over
   */
  async exportData(): Promise<ExportedData> {
    const path = clientPaths.exportData()
    return (await this.#actions.send(this.#record, { method: 'GET', path })) as ExportedData
  }

  /** Called after each new access token, link, log-in and log-out of this user. */
  addListener(callback: Listener): void {
    this.#record.listeners.add(callback)
  }

  removeListener(callback: Listener): void {
    this.#record.listeners.remove(callback)
  }

  removeAllListeners(): void {
    this.#record.listeners.removeAll()
  }
}
