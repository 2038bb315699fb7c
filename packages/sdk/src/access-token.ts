import { readBson } from './custom-data.ts'

type Claims = {
  readonly exp?: unknown
  readonly iat?: unknown
  readonly user_data?: unknown
  readonly baas_id?: unknown
}

const readClaims = (token: string): Claims | undefined => {
  const parts = token.split('.')
  if (parts.length !== 3 || parts.includes('')) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? claims : undefined
  } catch {
    return undefined
  }
}

/**
 * True for three parts whose middle has `exp` and `iat` as integers. The signature is the server's business.
 *
 * @see realm-core `jwt.cpp`
 */
export const isToken = (token: string): boolean => {
  const claims = readClaims(token)
  return claims !== undefined && Number.isInteger(claims.exp) && Number.isInteger(claims.iat)
}

/** Custom user data carried by an access token; `{}` when it carries none. */
export const readCustomData = (token: string): Record<string, unknown> => {
  const data = readClaims(token)?.user_data
  return typeof data === 'object' && data !== null ? readBson(data as Record<string, unknown>) : {}
}

/** Id of the session that a refresh token belongs to; `undefined` when it does not say. */
export const readSessionOf = (refreshToken: string): string | undefined => {
  const id = readClaims(refreshToken)?.baas_id
  return typeof id === 'string' ? id : undefined
}
