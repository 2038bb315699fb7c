import type { ProviderType, Refusal } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App, AuthProvider } from '../domain/app.ts'

/** One try to prove who one is. */
export type Attempt = {
  /** What the client sent for this provider, unchecked. */
  readonly payload: unknown
  /** The app's entry for the provider, with its config. */
  readonly entry: AuthProvider
  /** The id of the user that would be made, should the identity turn out to be new. */
  readonly newUserId: string
}

/** Who a payload proves to be. */
export type ProvenIdentity = {
  /** The provider's id of the user. */
  readonly id: string
  /** What the provider knows of the user: part of the profile. */
  readonly data: Readonly<Record<string, unknown>>
  /** True when the identity was made just now, so that nobody can have claimed it. */
  readonly isNew?: boolean
  /** Type of the user that is made when there is none. Default `normal`. */
  readonly userType?: 'server'
  /** The user whom the identity belongs to by nature (a user API key): it never makes a user. */
  readonly ownerId?: string
  /**
   * Asks again, shortly before the log-in is answered: false when the proof was taken back meanwhile (the
   * password changed, the account went).
   */
  stillHolds?(): Promise<boolean>
  /** Housekeeping once the log-in has gone through. */
  afterLogIn?(): Promise<void>
}

/** A way of proving who one is. */
export type Provider = {
  readonly type: ProviderType
  /** False when a user who is there already cannot add such an identity. */
  readonly canBeLinked: boolean
  /** True when a user may have one identity of this provider only. */
  readonly onePerUser: boolean
  /** What is answered when the proof does not hold. */
  readonly refusal: Refusal
  /**
   * The account that a payload tries to get into, as a key for counting failures; `undefined` where nothing
   * can be guessed.
   *
   * @throws `fieldMissing` or `fieldInvalid`
   */
  accountOf(payload: unknown): string | undefined
  /**
   * Says who the payload proves to be. Writes nothing, makes no session, sends no mail.
   *
   * @throws the provider's refusals, `fieldMissing`, `fieldInvalid`, `overloaded`
   */
  identify(deps: Deps, app: App, attempt: Attempt): Promise<ProvenIdentity>
}
