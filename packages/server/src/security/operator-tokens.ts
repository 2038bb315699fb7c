import { createHmac, timingSafeEqual } from 'node:crypto'
import { isId } from '../domain/id.ts'
import type { AdminSession } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import { openAppKeys, type RefreshKey, signingKey } from './app-keys.ts'
import { encodePart, type ParsedJwt, parseJwt } from './jwt.ts'
import type { TokenOptions } from './tokens.ts'

/** What a checked token of an operator says. The session it names may be gone. */
export type OperatorClaims = {
  readonly operatorId: string
  readonly sessionId: string
}

/** Issues and checks the tokens of the Admin API: HS256, with a secret that only this project has. */
export type OperatorTokens = {
  /** 30 minutes. */
  issueAccess(session: AdminSession): Promise<string>
  /** As long as the session. */
  issueRefresh(session: AdminSession): Promise<string>
  /**
   * Costs no store read once the keys are known.
   *
   * @throws `sessionInvalid` for what is no token of ours, `refreshTokenAsAccess`, `accessTokenExpired`
   */
  readAccess(token: string): Promise<OperatorClaims>
  /** @throws `refreshTokenUnknown`, or `tokenTypeWrong` for an access token */
  readRefresh(token: string): Promise<OperatorClaims>
}

type Options = Pick<TokenOptions, 'secrets' | 'now' | 'publicUrl'> & {
  readonly store: Pick<TokenOptions['store'], 'signingKeys'>
  readonly projectId: string
}

/** As the original's. */
const accessSeconds = 30 * 60
/** How far another server's clock may be ahead of ours. */
const skewSeconds = 60

const hmac = ({ secret }: RefreshKey, signed: string): Buffer =>
  createHmac('sha256', secret).update(signed).digest()

const isSignedBy = (key: RefreshKey, jwt: ParsedJwt): boolean => {
  const expected = hmac(key, jwt.signed)
  return expected.length === jwt.signature.length && timingSafeEqual(expected, jwt.signature)
}

export const openOperatorTokens = (options: Options): OperatorTokens => {
  const { store, secrets, now, publicUrl, projectId } = options
  const nowSeconds = (): number => Math.floor(now() / 1000)
  const keys = openAppKeys({ store, secrets, now })
  const issuer = `${publicUrl}/api/admin/v3.0`

  const issue = async (
    session: AdminSession,
    typ: 'access' | 'refresh',
    exp: number,
  ): Promise<string> => {
    const key = signingKey((await keys.of(projectId)).refresh, now())
    const claims = {
      iat: nowSeconds(),
      exp,
      iss: issuer,
      aud: projectId,
      sub: session.operatorId,
      sid: session.id,
      baas_id: session.id,
      baas_device_id: session.id,
      baas_domain_id: projectId,
      typ,
    }
    const signed = `${key.header}.${encodePart(claims)}`
    return `${signed}.${hmac(key, signed).toString('base64url')}`
  }

  /** A token of ours, of whatever type. */
  const read = async (token: string): Promise<ParsedJwt['claims'] | undefined> => {
    const jwt = parseJwt(token)
    if (jwt?.claims.aud !== projectId) return undefined
    const key = await keys.find(projectId, 'refresh', jwt.header)
    return key && isSignedBy(key, jwt) ? jwt.claims : undefined
  }

  const toClaims = ({ sub, sid, iat }: ParsedJwt['claims']): OperatorClaims | undefined => {
    if (!isId(sub) || !isId(sid) || typeof iat !== 'number') return undefined
    return { operatorId: sub, sessionId: sid }
  }

  const isOver = ({ exp }: ParsedJwt['claims']): boolean =>
    typeof exp !== 'number' || exp <= nowSeconds()

  return {
    issueAccess: session => issue(session, 'access', nowSeconds() + accessSeconds),
    issueRefresh: session => issue(session, 'refresh', Math.floor(session.expiresAt / 1000)),
    readAccess: async token => {
      const claims = await read(token)
      if (claims?.typ === 'refresh') throw new AppError('refreshTokenAsAccess')
      const known = claims && toClaims(claims)
      if (!known || Number(claims.iat) > nowSeconds() + skewSeconds) {
        throw new AppError('sessionInvalid')
      }
      if (isOver(claims)) throw new AppError('accessTokenExpired')
      return known
    },
    readRefresh: async token => {
      const claims = await read(token)
      if (claims?.typ === 'access') throw new AppError('tokenTypeWrong')
      const known = claims && toClaims(claims)
      if (!known || isOver(claims)) throw new AppError('refreshTokenUnknown')
      return known
    },
  }
}
