import type { ProviderType, Refusal } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App, AuthProvider } from '../domain/app.ts'
import type { PasswordAccount } from '../domain/password.ts'
import type { FunctionRequest } from '../functions/call.ts'

/** What a provider sent a browser back with. Made by the server from its own state, never by a client. */
export type RedirectAnswer = {
  readonly code: string
  /** Where the provider was told to send the browser. */
  readonly redirectUri: string
  /** Proves to the provider that who brings the code is who asked for it (PKCE). */
  readonly codeVerifier: string
  /** What the provider must have put into the ID token. */
  readonly nonce: string
  /** Who says to have answered, if the answer says so (RFC 9207). */
  readonly issuer?: string
}

/** What a provider's page is to be opened with. */
export type RedirectRequest = {
  readonly entry: AuthProvider
  /** Comes back with the answer. */
  readonly state: string
  readonly nonce: string
  /** SHA-256 of the code verifier in base64url. */
  readonly codeChallenge: string
  readonly redirectUri: string
}

/** One try to prove who one is. */
export type Attempt = {
  /** What the client sent for this provider, unchecked. */
  readonly payload: unknown
  /** The app's entry for the provider, with its config. */
  readonly entry: AuthProvider
  /** The id of the user that would be made, should the identity turn out to be new. */
  readonly newUserId: string
  /** Given in place of the payload when a browser comes back from the provider's page. */
  readonly redirect?: RedirectAnswer | undefined
  /** The request as the app's own code may see it. */
  readonly request?: FunctionRequest | undefined
  /** Told of an account that has no password yet, which somebody tried to log in to. */
  readonly offerPassword?: (account: PasswordAccount) => void
}

/** Who a payload proves to be. */
export type ProvenIdentity = {
  /** The provider's id of the user. */
  readonly id: string
  /** What the provider knows of the user: part of the profile. */
  readonly data: Readonly<Record<string, unknown>>
  /** True when the identity was made just now, so that nobody can have claimed it. */
  readonly isNew?: boolean
  /** The user whom the identity belongs to by nature (an API key): it never makes a user, and needs no claim. */
  readonly ownerId?: string
  /**
   * Asks again, shortly before the log-in is answered: false when the proof was taken back meanwhile (the
   * password changed, the account went).
   */
  stillHolds?(): Promise<boolean>
  /** Housekeeping once the log-in has gone through, or the link. */
  afterLogIn?(userId: string): Promise<void>
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
  /** Another refusal that counts as a wrong guess. */
  readonly wrongGuess?: Refusal
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
  /**
   * The address of the provider's own page, for log-ins by redirect; absent where the provider has none.
   *
   * @throws `providerUnavailable`
   */
  startRedirect?(
    deps: Deps,
    app: App,
    request: RedirectRequest,
  ): Promise<{
    readonly url: string
    /** True when the answer comes as a form that the provider's page posts. */
    readonly isPosted: boolean
  }>
}
