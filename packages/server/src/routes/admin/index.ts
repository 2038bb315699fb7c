import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { requireOperator } from '../../http/require-operator.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { appRoutes } from './apps.ts'
import { functionRoutes } from './functions.ts'
import { mailboxRoutes } from './mailbox.ts'
import { operatorRoutes } from './profile.ts'
import type { AdminRoute } from './route.ts'
import { ruleRoutes } from './rules.ts'
import { secretRoutes } from './secrets.ts'
import { serveRoutes } from './serve-routes.ts'
import { userRoutes } from './users.ts'

/** Every route of the Admin API, by noun. */
export const adminTable: readonly AdminRoute[] = [...secretRoutes]

/** Every path of the Admin API; all take the operator key. */
export const adminRoutes = (
  server: FastifyInstance,
  context: HttpContext,
  operatorKey: string,
): void => {
  serveRoutes(server, context, { routes: adminTable, operatorKey })
  server.register((admin, _options, done) => {
    admin.addHook('onRequest', requireOperator(operatorKey, context))
    operatorRoutes(admin, context)
    appRoutes(admin, context)
    userRoutes(admin, context)
    apiKeyRoutes(admin, context)
    functionRoutes(admin, context)
    ruleRoutes(admin, context)
    mailboxRoutes(admin, context)
    done()
  })
}
