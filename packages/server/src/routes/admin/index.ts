import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'
import { openOperatorGuard } from '../../http/require-operator.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { appRoutes } from './apps.ts'
import { authRoutes } from './auth.ts'
import { deployConfigRoutes } from './deploying/deploy-config.ts'
import { deploymentRoutes } from './deploying/deployments.ts'
import { descriptionRoutes } from './deploying/description.ts'
import { draftRoutes } from './deploying/drafts.ts'
import { transferRoutes } from './deploying/transfer.ts'
import { explainRuleRoutes } from './explain-rules.ts'
import { failedEventRoutes } from './failed-events.ts'
import { itemTable } from './items/index.ts'
import { logRoutes } from './logs/index.ts'
import { mailboxRoutes } from './mailbox.ts'
import { maintenanceRoutes } from './maintenance.ts'
import { movingRoutes } from './moving.ts'
import { openApiRoute } from './open-api/route.ts'
import { operatorRoutes } from './operators.ts'
import { pendingRoutes } from './pending.ts'
import { privateRoutes } from './private.ts'
import { profileRoutes } from './profile.ts'
import { providerRegionRoutes } from './provider-regions.ts'
import type { AdminRoute } from './route.ts'
import { runFunctionRoutes } from './run-functions.ts'
import { secretRoutes } from './secrets.ts'
import { serveRoutes } from './serve-routes.ts'
import { syncRoutes } from './sync.ts'
import { unusedPartRoutes } from './unused-parts.ts'
import { userRoutes } from './users/index.ts'

/** Every route of the Admin API, by noun. */
export const adminTable: readonly AdminRoute[] = [
  ...authRoutes,
  ...profileRoutes,
  ...operatorRoutes,
  openApiRoute(() => adminTable),
  ...appRoutes,
  ...userRoutes,
  ...pendingRoutes,
  ...movingRoutes,
  ...apiKeyRoutes,
  ...mailboxRoutes,
  ...logRoutes,
  ...secretRoutes,
  ...maintenanceRoutes,
  ...runFunctionRoutes,
  ...explainRuleRoutes,
  ...failedEventRoutes,
  ...itemTable,
  ...deploymentRoutes,
  ...draftRoutes,
  ...deployConfigRoutes,
  ...transferRoutes,
  ...descriptionRoutes,
  ...syncRoutes,
  ...unusedPartRoutes,
  ...providerRegionRoutes,
  ...privateRoutes,
]

/** Every path of the Admin API. */
export const adminRoutes = (
  server: FastifyInstance,
  context: HttpContext,
  operatorKey: string,
): void => {
  const guard = openOperatorGuard(operatorKey, context)
  serveRoutes(server, context, { routes: adminTable, guard })
}
