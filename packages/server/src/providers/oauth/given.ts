import { clientPaths, openIdPayload } from '@regent/protocol'
import { AppError, readShape } from '../../errors.ts'
import type { RedirectAnswer } from '../provider.ts'

/** What a log-in brings: a code, an ID token, or (where a provider takes that) both. */
export type Given = {
  readonly idToken?: string | undefined
  readonly code?: string | undefined
  readonly redirectUri?: string | undefined
  readonly codeVerifier?: string | undefined
  readonly nonce?: string | undefined
  /** Set for log-ins by redirect. */
  readonly redirect?: RedirectAnswer
}

/** @throws `fieldInvalid` when a field came under both its names */
const oneOf = <Fields extends Readonly<Record<string, unknown>>>(
  fields: Fields,
  first: keyof Fields & string,
  second: keyof Fields & string,
): Fields[keyof Fields] | undefined => {
  if (fields[first] !== undefined && fields[second] !== undefined) refuseBoth(first, second)
  return (fields[first] ?? fields[second]) as Fields[keyof Fields] | undefined
}

const refuseBoth = (first: string, second: string): never => {
  throw new AppError('fieldInvalid', { detail: `send '${first}' or '${second}', not both` })
}

const isCallback = (address: string): boolean =>
  URL.canParse(address) &&
  new URL(address).pathname.replace(/\/+$/, '').endsWith(clientPaths.callback())

/** A code that was sent to the callback counts only there, with the cookie of the browser that asked for it. */
const checkAddress = (redirectUri: string | undefined): void => {
  if (redirectUri === undefined || !isCallback(redirectUri)) return
  throw new AppError('fieldInvalid', {
    detail: `'redirectUri' is not valid: codes for it come by redirect`,
  })
}

/**
 * What a client sent.
 *
 * @throws `fieldMissing` for neither token nor code, `fieldInvalid` for both unless `takesBoth`, and for a code of a
 * log-in by redirect
 */
export const readGiven = (payload: unknown, takesBoth: boolean): Given => {
  const { redirectUri, codeVerifier, nonce, ...rest } = readShape(openIdPayload, payload)
  const idToken = oneOf(rest, 'id_token', 'idToken')
  const code = oneOf(rest, 'authCode', 'code')
  if (idToken === undefined && code === undefined)
    throw new AppError('fieldMissing', { field: `id_token' or 'authCode` })
  if (idToken !== undefined && code !== undefined && !takesBoth) refuseBoth('id_token', 'authCode')
  checkAddress(redirectUri)
  return { idToken, code, redirectUri, codeVerifier, nonce }
}

export const fromRedirect = (redirect: RedirectAnswer): Given => ({
  code: redirect.code,
  redirectUri: redirect.redirectUri,
  codeVerifier: redirect.codeVerifier,
  nonce: redirect.nonce,
  redirect,
})
