import { clientPaths } from '@regent/protocol/paths'
import { isToken } from '../access-token.ts'
import { type Credentials, readCredentials } from '../credentials.ts'
import { describeDevice } from '../device.ts'
import { RegentError, refusal } from '../errors.ts'
import { type Http, type Request, readField } from '../http/http.ts'
import type { Tokens } from '../session.ts'
import { type Account, readAccount } from '../storage/stored-user.ts'

type Send = (request: Request) => Promise<unknown>

/** Who a log-in is made from. */
export type Device = { readonly appId: string; readonly deviceId: string | undefined }

/**
 * The log-in request for credentials.
 *
 * @see realm-core `app_credentials.cpp`: `provider` is part of every payload but a custom function's
 */
export const logInRequest = (credentials: Credentials, device: Device, query = ''): Request => {
  const { provider, payload } = readCredentials(credentials)
  const named = provider === 'custom-function' ? payload : { provider, ...payload }
  return {
    method: 'POST',
    path: `${clientPaths.login(device.appId, provider)}${query}`,
    body: { ...named, options: { device: describeDevice(device.appId, device.deviceId) } },
  }
}

/** What the server knows of the user whose access token `send` uses. */
export const fetchAccount = async (send: Send, id: string, deviceId: string): Promise<Account> => {
  const answer = await send({ method: 'GET', path: clientPaths.profile() })
  const { identities, data } = (answer ?? {}) as Record<string, unknown>
  const renamed = Array.isArray(identities)
    ? identities.map(identity => ({ id: identity?.id, providerType: identity?.provider_type }))
    : undefined
  const account = readAccount({ id, deviceId, identities: renamed, profile: data })
  if (account) return account
  throw new RegentError({ code: 'MissingJsonKey', message: 'malformed profile' })
}

export type LogIn = {
  readonly http: Pick<Http, 'send'>
  readonly device: Device
  /** Called with the refresh token of a session that was made for nothing. */
  readonly abandon: (refreshToken: string) => void
}

/**
 * Proves who somebody is to the server and asks for the profile; changes nothing here. A log-in whose
 * profile cannot be had fails as a whole.
 *
 * @throws RegentError for refused credentials, and for tokens that are none
 */
export const logIn = async (
  { http, device, abandon }: LogIn,
  credentials: Credentials,
): Promise<{ account: Account; tokens: Tokens }> => {
  const answer = await http.send(logInRequest(credentials, device))
  const accessToken = readField(answer, 'access_token')
  const refreshToken = readField(answer, 'refresh_token')
  if (!isToken(accessToken) || !isToken(refreshToken)) {
    throw refusal('BadToken', 'Could not log in user: received malformed JWT')
  }
  const send: Send = request => http.send({ ...request, bearer: accessToken })
  try {
    const [id, deviceId] = [readField(answer, 'user_id'), readField(answer, 'device_id')]
    const account = await fetchAccount(send, id, deviceId)
    return { account, tokens: { accessToken, refreshToken } }
  } catch (error) {
    abandon(refreshToken)
    throw error
  }
}
