import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { mountPreflight } from '../../http/cors.ts'
import type { InFlight } from '../../http/in-flight.ts'
import { loadApp } from '../../http/load-app.ts'
import { discoveryRoutes } from './discovery.ts'
import { emailPasswordRoutes } from './email-password.ts'
import { locationRoutes } from './location.ts'
import { loginRoutes } from './login.ts'
import { profileRoutes } from './profile.ts'
import { sessionRoutes } from './session.ts'

/**
 * What log-ins and accounts need is small. Anybody may send it, and reading JSON costs time on the event loop:
 * a megabyte of it would cost everybody else 60 ms.
 */
const accountBodyBytes = 65_536

/**
 * Every path of the client API. Paths below `/app/{appId}` know their app from the path; those below
 * `/auth` know it from the token.
 */
export const clientRoutes = (
  server: FastifyInstance,
  context: HttpContext,
  { admit }: InFlight,
): void => {
  mountPreflight(server, context)
  const bodyLimit = Math.min(accountBodyBytes, context.deps.config.bodyLimitBytes)

  server.register((ofApp, _options, done) => {
    ofApp.addHook('onRoute', route => {
      route.bodyLimit ??= bodyLimit
    })
    ofApp.addHook('onRequest', loadApp(context))
    ofApp.addHook('preHandler', admit)
    locationRoutes(ofApp, context)
    loginRoutes(ofApp, context)
    emailPasswordRoutes(ofApp, context)
    discoveryRoutes(ofApp, context)
    done()
  })

  server.register((ofToken, _options, done) => {
    ofToken.addHook('onRoute', route => {
      route.bodyLimit ??= bodyLimit
    })
    ofToken.addHook('preHandler', admit)
    sessionRoutes(ofToken, context)
    profileRoutes(ofToken, context)
    done()
  })
}
