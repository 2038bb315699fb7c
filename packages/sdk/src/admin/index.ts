import { type AdminApiKeys, createAdminApiKeys } from './api-keys.ts'
import { type AdminApps, createAdminApps } from './apps.ts'
import { type AdminFunctions, createAdminFunctions } from './functions.ts'
import { type AdminClientOptions, createAdminHttp } from './http.ts'
import { type AdminMailbox, createAdminMailbox } from './mailbox.ts'
import { type AdminRules, createAdminRules } from './rules.ts'
import { type AdminSecrets, createAdminSecrets } from './secrets.ts'
import { type AdminUsers, createAdminUsers } from './users.ts'

export type { AdminApiKey, AdminApiKeys, NewAdminApiKey } from './api-keys.ts'
export type {
  AdminApp,
  AdminApps,
  AppFiles,
  Deployment,
  DeployOptions,
  ItemChange,
  NewAdminApp,
  Plan,
} from './apps.ts'
export type { AdminCredentials } from './bearer.ts'
export { AdminError } from './error.ts'
export type { AdminFunctions, FunctionRun, RunFunctionOptions } from './functions.ts'
export type { AdminClientOptions } from './http.ts'
export type { AdminMailbox, MailboxLetter } from './mailbox.ts'
export type {
  AdminRules,
  ExplainedDocument,
  ExplainRulesOptions,
  RuleReason,
  RulesExplanation,
} from './rules.ts'
export type { AdminSecrets } from './secrets.ts'
export type { AdminUser, AdminUsers, ListUsersOptions } from './users.ts'

/** Speaks the Admin API of one server. Makes no request before the first call. */
export class AdminClient {
  readonly apps: AdminApps
  readonly users: AdminUsers
  readonly apiKeys: AdminApiKeys
  readonly functions: AdminFunctions
  readonly secrets: AdminSecrets
  readonly rules: AdminRules
  readonly mailbox: AdminMailbox

  constructor(options: AdminClientOptions) {
    const http = createAdminHttp(options)
    this.apps = createAdminApps(http)
    this.users = createAdminUsers(http)
    this.apiKeys = createAdminApiKeys(http)
    this.functions = createAdminFunctions(http)
    this.secrets = createAdminSecrets(http)
    this.rules = createAdminRules(http)
    this.mailbox = createAdminMailbox(http)
  }
}
