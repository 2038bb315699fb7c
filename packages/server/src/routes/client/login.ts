import { clientPaths, type LoginWire, loginOptions } from '@regent/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { App } from '../../domain/app.ts'
import type { DeviceInfo } from '../../domain/device.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { functionRequest } from '../../http/function-request.ts'
import { takeJson } from '../../http/read-json.ts'
import { readClaims } from '../../http/require-session.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { logIn } from '../../use-cases/log-in.ts'

type Credentials = { readonly payload: unknown; readonly device: DeviceInfo | undefined }

/**
 * Parts a login body into the provider's payload and what the SDK added: `options` always, `provider` for
 * every provider but `custom-function`, whose payload is the app's own.
 *
 * @see realm-core `app_credentials.cpp`; realm-web `Authenticator.ts`
 */
const readCredentials = (body: unknown, providerType: string): Credentials => {
  if (body === undefined) return { payload: {}, device: undefined }
  const device = readShape(loginOptions, body).options?.device
  const { options, provider, ...rest } = body as Record<string, unknown>
  const payload =
    providerType === 'custom-function' && provider !== undefined ? { ...rest, provider } : rest
  return { payload, device: device as DeviceInfo | undefined }
}

/** Who is to be linked to, when the request links. @throws `sessionInvalid` for another app's user. */
export const readLink = async (
  context: HttpContext,
  request: FastifyRequest,
  app: App,
): Promise<AccessClaims | undefined> => {
  const { link } = request.query as { readonly link?: unknown }
  if (link !== 'true') return undefined
  const claims = await readClaims(context, request)
  if (claims.app.id !== app.id) throw new AppError('sessionInvalid')
  request.vars.claims = claims
  return claims
}

/** A JWT may have a million characters. Its body holds little else, so that reading it costs next to nothing. */
const tokenBodyBytes = 1_048_576
const tokenBodyValues = 1_000

/** Logs in with any provider, or links to the user of the access token with `?link=true`. */
export const loginRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const answer = async (request: FastifyRequest, providerType: string): Promise<LoginWire> => {
    const app = request.vars.app as App
    const link = await readLink(context, request, app)
    const { payload, device } = readCredentials(request.body, providerType)
    request.vars.facts = { client: device, ...(link && { event: 'link' }) }
    const { user, session, isNewUser, accessToken, refreshToken } = await logIn(context.deps, app, {
      providerType,
      payload,
      device,
      address: request.ip,
      ...(providerType === 'custom-function' && { request: functionRequest(request) }),
      ...(link && { link }),
    })
    request.vars.facts = { ...request.vars.facts, userId: user.id, isNewUser }
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      user_id: user.id,
      device_id: session.deviceId,
    }
  }

  server.post<{ Params: { appId: string; provider: string } }>(
    clientPaths.login(':appId', ':provider'),
    request => answer(request, request.params.provider),
  )
  server.register((ofTokens, _options, done) => {
    takeJson(ofTokens, { maxValues: tokenBodyValues })
    ofTokens.post(
      clientPaths.login(':appId', 'custom-token'),
      { bodyLimit: Math.min(tokenBodyBytes, context.deps.config.bodyLimitBytes) },
      request => answer(request, 'custom-token'),
    )
    done()
  })
}
