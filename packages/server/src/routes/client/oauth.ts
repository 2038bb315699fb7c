import { clientPaths, errors, loginOptions } from '@regent/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../domain/app.ts'
import type { DeviceInfo } from '../../domain/device.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { setCookie } from '../../http/cookies.ts'
import { noteRefusal } from '../../http/errors.ts'
import { sendLoginProblem } from '../../pages/login-problem.ts'
import { redirectSeconds, startRedirect } from '../../use-cases/oauth/start-redirect.ts'
import { trustedRedirect } from '../../use-cases/oauth/trusted-redirect.ts'
import { usableProvider } from '../../use-cases/prove-identity.ts'
import { readLink } from './login.ts'
import { type Recipient, sendError } from './oauth-result.ts'

type Query = Readonly<Record<string, unknown>>
type LoginRequest = FastifyRequest<{ Params: { appId: string; provider: string } }>

const longest = 2_048

/** @throws `fieldInvalid` for a value that came twice, is empty or too long */
const readText = (query: Query, name: string): string | undefined => {
  const value = query[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value
  throw new AppError('fieldInvalid', { detail: `'${name}' is not valid` })
}

const readState = (query: Query): string => {
  const state = readText(query, 'state')
  if (state === undefined) throw new AppError('fieldMissing', { field: 'state' })
  return state
}

/** realm-web sends it as base64 of JSON. */
const readDevice = (query: Query): DeviceInfo | undefined => {
  const encoded = readText(query, 'device')
  if (encoded === undefined) return undefined
  try {
    const device: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
    return readShape(loginOptions, { options: { device } }).options?.device as DeviceInfo
  } catch (error) {
    throw new AppError('fieldInvalid', { detail: `'device' is not valid` }, { cause: error })
  }
}

const isLink = (request: FastifyRequest): boolean => (request.query as Query).link === 'true'

/** Name of the cookie that ties a log-in by redirect to the browser; each has its own, so that two can go on. */
export const cookieName = (state: string): string => `regent-login-${state.slice(0, 16)}`

const start = async (
  context: HttpContext,
  request: LoginRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const query = request.query as Query
  const origin = context.baseUrl.of(request.raw)
  const app = request.vars.app as App
  const link = await readLink(context, request, app)
  const { url, state, secret, isPosted } = await startRedirect(context.deps, app, {
    providerType: request.params.provider,
    clientState: readState(query),
    redirect: readText(query, 'redirect'),
    device: readDevice(query),
    link,
    callbackUrl: `${origin}${clientPaths.callback()}`,
  })
  setCookie(reply, {
    name: cookieName(state),
    value: secret,
    seconds: redirectSeconds,
    isForOthers: isPosted || link !== undefined,
    origin,
  })
  if (query.providerRedirectHeader === 'true') return reply.header('x-baas-location', url).send()
  return reply.code(302).header('location', url).send()
}

/** Whom a refusal can be told to: only where an address that the app lists was asked for. */
const findRecipient = (request: LoginRequest): Recipient | undefined => {
  const { app } = request.vars
  const query = request.query as Query
  if (!app) return undefined
  try {
    const { entry } = usableProvider(app, request.params.provider)
    const redirect = trustedRedirect(entry, readText(query, 'redirect'))
    return { app, redirect, clientState: readState(query) }
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** A link is asked for by a program, a log-in by a browser's window: each is told in its own way. */
const refuse =
  (context: HttpContext) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (isLink(request)) throw error
    const { refusal, message } = noteRefusal(error, request, context)
    const to = findRecipient(request as LoginRequest)
    if (to) return sendError(reply, to, message)
    const { status } = errors[refusal]
    return sendLoginProblem(reply, status, { app: request.vars.app?.name, problem: message })
  }

/** Begins log-ins by redirect, of browsers: realm-web's, with a `redirectUrl`. */
export const oauthRoutes = (server: FastifyInstance, context: HttpContext): void => {
  server.get<{ Params: { appId: string; provider: string } }>(
    clientPaths.login(':appId', ':provider'),
    { errorHandler: refuse(context) },
    (request, reply) => start(context, request as LoginRequest, reply),
  )
}
