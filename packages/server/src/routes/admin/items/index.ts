import type { AdminRoute } from '../route.ts'
import { accessListRoutes } from './access-list.ts'
import { authProviderRoutes } from './auth-providers.ts'
import { customUserDataRoutes } from './custom-user-data.ts'
import { defaultRuleRoutes } from './default-rule.ts'
import { dependencyRoutes } from './dependencies.ts'
import { endpointRoutes } from './endpoints.ts'
import { environmentRoutes } from './environment.ts'
import { functionRoutes } from './functions.ts'
import { logForwarderRoutes } from './log-forwarders.ts'
import { ruleRoutes } from './rules.ts'
import { schemaRoutes } from './schemas.ts'
import { securityRoutes } from './security.ts'
import { serviceRoutes } from './services.ts'
import { triggerRoutes } from './triggers.ts'
import { valueRoutes } from './values.ts'

/** Everything in an app's directory that is changed one by one. */
export const itemTable: readonly AdminRoute[] = [
  ...functionRoutes,
  ...dependencyRoutes,
  ...valueRoutes,
  ...environmentRoutes,
  ...authProviderRoutes,
  ...serviceRoutes,
  ...ruleRoutes,
  ...defaultRuleRoutes,
  ...schemaRoutes,
  ...customUserDataRoutes,
  ...triggerRoutes,
  ...endpointRoutes,
  ...logForwarderRoutes,
  ...securityRoutes,
  ...accessListRoutes,
]
