import { createHmac, timingSafeEqual } from 'node:crypto'
import {
  type AccessTokenClaims,
  type IdentityClaim,
  issuer,
  type RefreshTokenClaims,
} from '@regent/protocol'
import type { App } from '../domain/app.ts'
import { isId } from '../domain/id.ts'
import type { Session } from '../domain/session.ts'
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import {
  type AccessKey,
  type AppKeys,
  openAppKeys,
  type RefreshKey,
  type SigningFrom,
  signingKey,
} from './app-keys.ts'
import { signEs256, verifyEs256 } from './es256.ts'
import { encodePart, type ParsedJwt, parseJwt } from './jwt.ts'
import type { SecretBox } from './secret-box.ts'
import { openTokenMemory } from './token-memory.ts'

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
  /** The app that a refresh token says it is of; nothing of the token is checked. */
  namedApp(token: string): Promise<App | undefined>
  /** @throws `refreshTokenUnknown`, or `tokenTypeWrong` for an access token. */
  readRefresh(token: string): Promise<RefreshClaims>
  /** Public keys of the app, newest first, as a JWK set. */
  jwks(app: App): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>
  /** Adds a key of each use to those of the app, unless the newest does not sign yet. Older ones stay good. */
  rotateKeys(appId: string, from: SigningFrom): Promise<void>
  /** The app's keys as the store has them now. What a removed one signed is good no more. */
  reloadKeys(appId: string): Promise<AppKeys>
}

export type TokenOptions = {
  readonly store: Pick<Store, 'apps' | 'signingKeys'>
  readonly secrets: SecretBox
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Origin that clients reach the server at; the start of `iss`. */
  readonly publicUrl: string
  /** Checked access tokens to remember. Default 10,000: about 5 MB. */
  readonly remembered?: number
}

type Remembered = Omit<AccessClaims, 'app'> & { readonly appId: string }

/** Half an hour, as the original's: native clients take more for a wrong clock. */
const accessSeconds = 30 * 60
/** Fifty years, what the original gave anonymous users: no client knows a token without `exp`. */
const endlessSeconds = 18_250 * 24 * 60 * 60
/**
 * How far another server's clock may be ahead of ours. For access tokens only: their client gets a new one. A
 * refresh token stands and falls with its session, or a clock that was set right would log everybody out.
 */
const skewSeconds = 60

const hmac = ({ secret }: RefreshKey, signed: string): Buffer =>
  createHmac('sha256', secret).update(signed).digest()

const signAccess = ({ header, privateKey }: AccessKey, claims: AccessTokenClaims): string => {
  const signed = `${header}.${encodePart(claims)}`
  return `${signed}.${signEs256(privateKey, signed).toString('base64url')}`
}

const signRefresh = (key: RefreshKey, claims: RefreshTokenClaims): string => {
  const signed = `${key.header}.${encodePart(claims)}`
  return `${signed}.${hmac(key, signed).toString('base64url')}`
}

/** The header must be, to the letter, the one that a key of the app writes: so no header decides anything. */
const isSignedByAccessKey = ({ publicKey }: AccessKey, jwt: ParsedJwt): boolean =>
  verifyEs256(publicKey, jwt.signed, jwt.signature)

const isSignedByRefreshKey = (key: RefreshKey, jwt: ParsedJwt): boolean => {
  const expected = hmac(key, jwt.signed)
  return expected.length === jwt.signature.length && timingSafeEqual(expected, jwt.signature)
}

const identityClaim = ({ identityId, providerType, providerId }: Session): IdentityClaim => ({
  id: identityId,
  provider_type: providerType,
  provider_id: providerId,
})

/** Parses a token once for a request: its guard looks at it, and right afterwards it is checked. */
const openParser = (): ((token: string) => ParsedJwt | undefined) => {
  let latest: { readonly token: string; readonly jwt: ParsedJwt | undefined } | undefined
  return token => {
    if (latest?.token !== token) latest = { token, jwt: parseJwt(token) }
    return latest.jwt
  }
}

const claimsOf = (app: App, session: Session, at: { iat: number; publicUrl: string }) => ({
  iat: at.iat,
  iss: issuer(at.publicUrl, app.clientAppId),
  aud: app.clientAppId,
  sub: session.userId,
  sid: session.id,
  baas_id: session.id,
  baas_device_id: session.deviceId,
  baas_domain_id: app.id,
  stitch_devId: session.deviceId,
  stitch_domainId: app.id,
})

const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value)

export const openTokens = ({
  store,
  secrets,
  now,
  publicUrl,
  remembered = 10_000,
}: TokenOptions): Tokens => {
  const nowSeconds = (): number => Math.floor(now() / 1000)
  const memory = openTokenMemory<Remembered>(remembered, nowSeconds)
  const keys = openAppKeys({ store, secrets, now, onRemoved: memory.clear })

  const appOf = async (jwt: ParsedJwt): Promise<App | undefined> =>
    isId(jwt.claims.baas_domain_id) ? store.apps.findById(jwt.claims.baas_domain_id) : undefined

  const parseRefresh = openParser()

  /** The claims that every token of ours has; `undefined` when one is not what we write. */
  const readClaims = (
    { claims }: ParsedJwt,
    typ: 'access' | 'refresh',
    app: App,
  ): Remembered | undefined => {
    const { sub, sid, exp, iat, baas_device_id: deviceId } = claims
    if (claims.typ !== typ || claims.aud !== app.clientAppId || claims.baas_id !== sid) return
    if (!isId(sub) || !isId(sid) || !isId(deviceId) || !isSeconds(exp) || !isSeconds(iat)) return
    if (typ === 'access' && iat > nowSeconds() + skewSeconds) return
    return { appId: app.id, userId: sub, sessionId: sid, deviceId, expiresAt: exp }
  }

  const checkAccess = async (token: string): Promise<AccessClaims> => {
    const jwt = parseJwt(token)
    const app = jwt && (await appOf(jwt))
    const key = app && (await keys.find(app.id, 'access', jwt.header))
    if (!key || !isSignedByAccessKey(key, jwt)) {
      throw new AppError('sessionInvalid')
    }
    const claims = readClaims(jwt, 'access', app)
    if (!claims) throw new AppError('sessionInvalid')
    if (claims.expiresAt <= nowSeconds()) throw new AppError('accessTokenExpired')
    memory.remember(token, claims)
    const { appId: _, ...rest } = claims
    return { ...rest, app }
  }

  return {
    issueAccess: async (app, session, userData) => {
      const key = signingKey((await keys.of(app.id)).access, now())
      const claims = claimsOf(app, session, { iat: nowSeconds(), publicUrl })
      return signAccess(key, {
        ...claims,
        typ: 'access',
        exp: claims.iat + accessSeconds,
        ...(userData && { user_data: userData }),
      })
    },
    issueRefresh: async (app, session) => {
      const key = signingKey((await keys.of(app.id)).refresh, now())
      const claims = claimsOf(app, session, { iat: nowSeconds(), publicUrl })
      const { expiresAt } = session
      const identity = identityClaim(session)
      return signRefresh(key, {
        ...claims,
        typ: 'refresh',
        exp: expiresAt === undefined ? claims.iat + endlessSeconds : Math.floor(expiresAt / 1000),
        baas_data: null,
        baas_identity: identity,
        stitch_id: session.id,
        stitch_data: null,
        stitch_ident: identity,
      })
    },
    readAccess: async token => {
      const known = memory.find(token)
      const app = known && (await store.apps.findById(known.appId))
      if (!known || !app) return checkAccess(token)
      const { appId: _, ...rest } = known
      return { ...rest, app }
    },
    namedApp: async token => {
      const jwt = parseRefresh(token)
      return jwt && appOf(jwt)
    },
    readRefresh: async token => {
      const jwt = parseRefresh(token)
      if (jwt?.claims.typ === 'access') throw new AppError('tokenTypeWrong')
      const app = jwt && (await appOf(jwt))
      const key = app && (await keys.find(app.id, 'refresh', jwt.header))
      if (!key || !isSignedByRefreshKey(key, jwt)) {
        throw new AppError('refreshTokenUnknown')
      }
      const claims = readClaims(jwt, 'refresh', app)
      if (!claims || claims.expiresAt <= nowSeconds()) throw new AppError('refreshTokenUnknown')
      return { app, userId: claims.userId, sessionId: claims.sessionId }
    },
    jwks: async app => ({ keys: (await keys.of(app.id)).access.map(({ jwk }) => jwk) }),
    rotateKeys: keys.rotate,
    reloadKeys: keys.reload,
  }
}
