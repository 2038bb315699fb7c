import { clientPaths } from '@regent/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isAdmitted } from '../domain/access-list.ts'
import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'
import { findApp } from '../use-cases/find-app.ts'
import type { HttpContext } from './context.ts'

/** True when browsers may call the app from the origin; an app without a list takes all. */
const isAllowed = ({ allowedRequestOrigins }: App, origin: string): boolean =>
  allowedRequestOrigins.length === 0 || allowedRequestOrigins.includes(origin)

const ofClients = /^\/+api\/+client\//
/** Where providers send browsers back to: no page of another site reads what it answers. */
const ofCallback = /^\/+api\/+client\/+v2\.0\/+auth\/+callback\/*(?:\?|$)/
const ofRedirect = /\/auth\/+providers\/+oauth2-[a-z]+\/+login\/*(?:\?|$)/

/**
 * What `access-control-allow-origin` says; only the client API is for other sites. Before the app is known
 * nothing of any app is in the answer, so everybody may read it: a browser must see the 401 that tells it to
 * refresh.
 */
export const originFor = ({ headers, vars, url }: FastifyRequest): string | undefined => {
  const { origin } = headers
  if (origin === undefined || !ofClients.test(url) || ofCallback.test(url)) return undefined
  if (!vars.app) return origin
  if (vars.app.allowedRequestOrigins.length === 0) return '*'
  return isAllowed(vars.app, origin) ? origin : undefined
}

/**
 * True for the one call that a browser makes with cookies: linking by redirect asks for the provider's page with
 * `GET`, from an origin that the app names.
 *
 * @see realm-web `Authenticator.ts`
 */
export const takesCookies = ({ headers, method, url, vars }: FastifyRequest): boolean => {
  const asked = method === 'OPTIONS' ? headers['access-control-request-method'] : method
  const { origin } = headers
  if (asked !== 'GET' || origin === undefined || !ofRedirect.test(url)) return false
  return vars.app?.allowedRequestOrigins.includes(origin) === true
}

/** @throws `addressRefused` when the app does not let clients call from the request's address. */
export const admitAddress = ({ ip }: FastifyRequest, app: App): void => {
  if (app.accessList !== undefined && !isAdmitted(app, ip)) {
    throw new AppError('addressRefused', { address: ip })
  }
}

/** Leaves the app on the request. @throws `originRefused`, `addressRefused` when it may not call the app from there. */
export const admitToApp = (request: FastifyRequest, app: App): void => {
  request.vars.app = app
  admitAddress(request, app)
  const { origin } = request.headers
  if (origin !== undefined && !isAllowed(app, origin))
    throw new AppError('originRefused', { origin })
}

const clientRoot = clientPaths.session().replace('/auth/session', '')

/** Preflights of the client API, for paths of an app and for those whose app only the token names. */
export const mountPreflight = (server: FastifyInstance, { deps }: HttpContext): void => {
  const allow = (reply: FastifyReply): FastifyReply =>
    reply
      .code(204)
      .header('access-control-allow-methods', 'GET, POST, PUT, DELETE')
      .header('access-control-allow-headers', 'authorization, content-type, accept')
      .header('access-control-max-age', '600')
      .send()

  server.options<{ Params: { appId: string } }>(
    `${clientRoot}/app/:appId/*`,
    async (request, reply) => {
      admitToApp(request, await findApp(deps, request.params.appId))
      return allow(reply)
    },
  )

  server.options(`${clientRoot}/*`, async (request, reply) => {
    const { origin } = request.headers
    if (origin !== undefined) {
      const apps = await deps.store.apps.list()
      if (!apps.some(app => isAllowed(app, origin))) throw new AppError('originRefused', { origin })
    }
    return allow(reply)
  })
}
