import type { App } from '../domain/app.ts'
import type { Session } from '../domain/session.ts'

/** What a checked access token says. */
export type AccessClaims = {
  readonly app: App
  readonly userId: string
  readonly sessionId: string
  readonly deviceId: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** What a checked refresh token says. The session it names may be gone. */
export type RefreshClaims = {
  readonly app: App
  readonly userId: string
  readonly sessionId: string
}

/** Issues and checks Regent's own tokens: ES256 for access, HS256 with a per-app secret for refresh. */
export type Tokens = {
  /** 30 minutes. `userData` is the custom user data document, left out when `undefined`. */
  issueAccess(
    app: App,
    session: Session,
    userData?: Readonly<Record<string, unknown>>,
  ): Promise<string>
  issueRefresh(app: App, session: Session): Promise<string>
  /**
   * Costs no store read once the app's keys are known; a token that was checked is remembered by its SHA-256.
   *
   * @throws `sessionInvalid` for what is no access token of ours, `accessTokenExpired` when too old.
   */
  readAccess(token: string): Promise<AccessClaims>
  /** @throws `refreshTokenUnknown`, or `tokenTypeWrong` for an access token. */
  readRefresh(token: string): Promise<RefreshClaims>
  /** Public keys of the app, newest first, as a JWK set. */
  jwks(app: App): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>
}
