import { readCustomData } from './access-token.ts'
import { type Credentials, isProviderType, type ProviderType } from './credentials.ts'
import type { Listener } from './listeners.ts'
import { tokensOf } from './session.ts'
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

/** @internal What a user can have done to it. */
export type UserActions = {
  readonly logOut: (record: UserRecord) => Promise<void>
  readonly link: (record: UserRecord, credentials: Credentials) => Promise<void>
  readonly refresh: (record: UserRecord) => Promise<void>
}

/**
 * A user of an app, logged in on this device once. All properties are as the device last saw them; none
 * asks the server.
 *
 * @see realm-js `User`: names, arguments and results are the same
 */
export class User {
  readonly #record: UserRecord
  readonly #actions: UserActions

  /** @internal */
  constructor(record: UserRecord, actions: UserActions) {
    this.#record = record
    this.#actions = actions
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
  get profile(): Record<string, unknown> {
    return structuredClone(this.#record.account.profile)
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
  get customData(): Record<string, unknown> {
    const accessToken = tokensOf(this.#record.session)?.accessToken
    return accessToken === undefined ? {} : readCustomData(accessToken)
  }

  /**
   * Gets a new access token and with it the custom user data of now.
   *
   * @throws RegentError when the server cannot be reached or the session is over; after the latter the user
   * is logged out
   */
  async refreshCustomData(): Promise<Record<string, unknown>> {
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
