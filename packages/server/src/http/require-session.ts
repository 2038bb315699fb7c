import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'
import { authenticate } from '../use-cases/authenticate.ts'
import type { HttpContext } from './context.ts'
import { admitAddress, admitToApp } from './cors.ts'

const scheme = /^bearer(?: +|$)/i

/**
 * The bearer token of a request.
 *
 * @throws `noSession` without a header, `bearerEmpty` when it holds no bearer token.
 */
export const readBearer = ({ headers }: FastifyRequest): string => {
  const { authorization } = headers
  if (authorization === undefined) throw new AppError('noSession')
  const found = scheme.exec(authorization)
  const bearer = found ? authorization.slice(found[0].length) : ''
  if (bearer === '') throw new AppError('bearerEmpty')
  return bearer
}

/** Checks the access token of the request. */
export const readClaims = async (
  { deps }: HttpContext,
  request: FastifyRequest,
): Promise<AccessClaims> => authenticate(deps, readBearer(request))

/** For paths that only a logged-in user may use: an access token. Leaves claims and app on the request. */
export const requireAccess =
  (context: HttpContext): onRequestAsyncHookHandler =>
  async request => {
    const claims = await readClaims(context, request)
    request.vars.claims = claims
    admitToApp(request, claims.app)
  }

const requireSameApp = (request: FastifyRequest, claims: AccessClaims): void => {
  if (claims.app.id !== request.vars.app?.id) throw new AppError('sessionInvalid')
  request.vars.claims = claims
}

/** For paths below an app: an access token of that app. Leaves claims on the request. */
export const requireAccessToApp =
  (context: HttpContext): onRequestAsyncHookHandler =>
  async request => {
    requireSameApp(request, await readClaims(context, request))
  }

/**
 * For streams below an app: an access token of that app in the header or, since native clients can send no header with
 * a stream, in the query as `baas_at`.
 *
 * @see realm-core `app.cpp` (`make_streaming_request`)
 */
export const requireAccessToStream =
  (context: HttpContext): onRequestAsyncHookHandler =>
  async request => {
    const { baas_at: token } = request.query as { readonly baas_at?: unknown }
    if (token === '') throw new AppError('bearerEmpty')
    const claims =
      typeof token === 'string'
        ? await authenticate(context.deps, token)
        : await readClaims(context, request)
    requireSameApp(request, claims)
  }

/**
 * For paths that take a refresh token. Leaves the bearer on the request; its use-case checks it. Looked at here is where
 * the request comes from: a browser's origin must be one of the token's app, everybody's address one that the app named
 * in the token lets in.
 */
export const requireRefresh =
  (context: HttpContext): onRequestAsyncHookHandler =>
  async request => {
    const bearer = readBearer(request)
    request.vars.bearer = bearer
    if (request.headers.origin !== undefined) {
      const { app } = await context.deps.tokens.readRefresh(bearer)
      admitToApp(request, app)
      return
    }
    const app = await context.deps.tokens.namedApp(bearer)
    if (app) admitAddress(request, app)
  }
