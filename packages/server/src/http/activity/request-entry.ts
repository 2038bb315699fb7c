import { errors, type ProviderType, providerTypes, type Refusal } from '@regent/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Entry } from '../../activity/entry.ts'
import { canonicalEmail, isMailAddress } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import { parseJwt } from '../../security/jwt.ts'
import type { HttpContext } from '../context.ts'
import { type Happening, happeningOf } from './happenings.ts'

/** Part of every client's life, and nobody's fault. */
const isUsual = (refusal: string | undefined): boolean => refusal === 'accessTokenExpired'

/** Calls that ran, and were noted where they did. */
const notedWhereRun: ReadonlySet<string | undefined> = new Set([
  'functionFailed',
  'functionTimeout',
])

const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''

/** Text of a field of the body, if it has one of that name. */
const bodyText = (body: unknown, field: string): string | undefined => {
  if (typeof body !== 'object' || body === null) return undefined
  const value = (body as Readonly<Record<string, unknown>>)[field]
  return typeof value === 'string' ? value : undefined
}

/** E-mail address that the request names; people type passwords there too, and those are nobody's to keep. */
const accountOf = ({ body }: FastifyRequest): string | undefined => {
  const given = bodyText(body, 'email') ?? bodyText(body, 'username')
  return given !== undefined && isMailAddress(given) ? canonicalEmail(given) : undefined
}

/** The auth provider that the path names. */
export const providerOf = ({ params, routeOptions }: FastifyRequest): ProviderType | undefined => {
  const { provider } = (params ?? {}) as { readonly provider?: string }
  const named = provider ?? routeOptions.url?.match(/\/providers\/([\w-]+)\//)?.[1]
  return providerTypes.find(type => type === named)
}

/** Whose refresh token it is, of a request that went through: the token was checked then. */
const bearerUser = (bearer: string | undefined): string | undefined => {
  const subject = bearer === undefined ? undefined : parseJwt(bearer)?.claims.sub
  return isId(subject) ? subject : undefined
}

const appOf = ({ vars }: FastifyRequest, isRefused: boolean): string | undefined => {
  if (vars.app) return vars.app.id
  const domain =
    isRefused || !vars.bearer ? undefined : parseJwt(vars.bearer)?.claims.baas_domain_id
  return isId(domain) ? domain : undefined
}

const failureOf = ({ vars }: FastifyRequest): Pick<Entry, 'error' | 'errorCode' | 'detail'> => {
  if (vars.refusal === undefined) return {}
  const { code, text } = errors[vars.refusal as Refusal]
  return { error: vars.problem ?? text, errorCode: code, detail: vars.reason }
}

/** Calls of data sources look like calls of functions until their body is read. */
const refine = (happening: Happening, { body }: FastifyRequest): Happening => {
  const isService = happening.event === 'call' && bodyText(body, 'service') !== undefined
  return isService ? { ...happening, type: 'SERVICE_FUNCTION' } : happening
}

const nameOf = ({ type }: Happening, { body }: FastifyRequest): string | undefined => {
  if (type === 'FUNCTION') return bodyText(body, 'name')
  if (type === 'SERVICE_FUNCTION') return `${bodyText(body, 'service')}.${bodyText(body, 'name')}`
  return undefined
}

const isOfApis = (path: string): boolean => path.startsWith('/api/') || path.startsWith('/pages/')

/**
 * What a request was, for the log; `undefined` when it is not listed. Nothing of its body is in it but an e-mail address
 * and the name of what was called.
 */
export const requestEntry = (
  request: FastifyRequest,
  reply: FastifyReply,
  { deps }: HttpContext,
): Entry | undefined => {
  const { vars, method } = request
  const { refusal, claims, facts } = vars
  const isRefused = refusal !== undefined
  if (!isRefused && reply.statusCode >= 400) return undefined
  const ofRoute = happeningOf(method, request.routeOptions.url)
  if (isRefused ? isUsual(refusal) : ofRoute.listed === 'failures') return undefined
  const happening = refine(ofRoute, request)
  if (happening.type === 'FUNCTION' && notedWhereRun.has(refusal)) return undefined
  const path = pathOf(request.url)
  if (!isOfApis(path)) return undefined
  return {
    type: happening.type,
    event: happening.event,
    appId: appOf(request, isRefused),
    startedAt: Math.round(deps.now() - (performance.now() - vars.startedAt)),
    requestId: request.id,
    userId: claims?.userId ?? (isRefused ? undefined : bearerUser(vars.bearer)),
    deviceId: claims?.deviceId,
    account: accountOf(request),
    provider: providerOf(request),
    address: request.ip,
    method,
    path,
    status: reply.statusCode,
    name: nameOf(happening, request),
    ...failureOf(request),
    ...facts,
  }
}
