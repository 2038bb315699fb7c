import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { mountPreflight } from '../../http/cors.ts'
import type { InFlight } from '../../http/in-flight.ts'
import { loadApp } from '../../http/load-app.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { discoveryRoutes } from './discovery.ts'
import { emailPasswordRoutes } from './email-password.ts'
import { functionRoutes } from './functions.ts'
import { identityRoutes } from './identities.ts'
import { locationRoutes } from './location.ts'
import { loginRoutes } from './login.ts'
import { oauthRoutes } from './oauth.ts'
import { oauthCallbackRoutes } from './oauth-callback.ts'
import { profileRoutes } from './profile.ts'
import { pushRoutes } from './push.ts'
import { sessionRoutes } from './session.ts'
import { ownSessionRoutes } from './sessions.ts'
import { watchRoutes } from './watch.ts'

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
  { admit, leave }: InFlight,
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
    oauthRoutes(ofApp, context)
    emailPasswordRoutes(ofApp, context)
    functionRoutes(ofApp, context)
    watchRoutes(ofApp, context, { leave })
    discoveryRoutes(ofApp, context)
    pushRoutes(ofApp, context)
    done()
  })

  server.register((ofToken, _options, done) => {
    ofToken.addHook('onRoute', route => {
      route.bodyLimit ??= bodyLimit
    })
    ofToken.addHook('preHandler', admit)
    sessionRoutes(ofToken, context)
    profileRoutes(ofToken, context)
    identityRoutes(ofToken, context)
    ownSessionRoutes(ofToken, context)
    apiKeyRoutes(ofToken, context)
    done()
  })

  server.register((ofBrowser, _options, done) => {
    ofBrowser.addHook('preHandler', admit)
    oauthCallbackRoutes(ofBrowser, context)
    done()
  })
}
