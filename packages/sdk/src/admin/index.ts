import { adminPaths } from '@regent/protocol/paths'
import { type AdminApiKeys, createAdminApiKeys } from './api-keys.ts'
import { type AdminApps, createAdminApps } from './apps.ts'
import { type AdminAudit, createAdminAudit } from './audit.ts'
import {
  type AdminDeployments,
  type AdminDrafts,
  createAdminDeployments,
  createAdminDrafts,
} from './deployments.ts'
import { type AdminFunctions, createAdminFunctions } from './functions.ts'
import { type AdminClientOptions, type AdminHttp, createAdminHttp } from './http.ts'
import { type AdminItems, createAdminItems } from './items/items.ts'
import { type AdminSecurity, createAdminSecurity } from './items/security.ts'
import { type AdminLogs, createAdminLogs } from './logs.ts'
import { type AdminMailbox, createAdminMailbox } from './mailbox.ts'
import { type AdminMaintenance, createAdminMaintenance } from './maintenance.ts'
import { type AdminMoving, createAdminMoving } from './moving.ts'
import { type AdminOperators, createAdminOperators } from './operators.ts'
import { type AdminPendingUsers, createAdminPendingUsers } from './pending.ts'
import { type AdminRules, createAdminRules } from './rules.ts'
import { type AdminSecrets, createAdminSecrets } from './secrets.ts'
import { type AdminTransfer, createAdminTransfer } from './transfer.ts'
import { type AdminUsers, createAdminUsers } from './users.ts'

export type { AdminApiKey, AdminApiKeys, NewAdminApiKey } from './api-keys.ts'
export type {
  AdminApp,
  AdminApps,
  AppFiles,
  DeployOptions,
  DeployResult,
  ItemChange,
  NewAdminApp,
  Plan,
} from './apps.ts'
export type { AdminAudit, AuditRow, ListAuditOptions } from './audit.ts'
export type { AdminCredentials } from './bearer.ts'
export type {
  AdminDeployments,
  AdminDrafts,
  AppDeployment,
  AppDraft,
  DeployConfig,
  DraftDiff,
  ListDeploymentsOptions,
} from './deployments.ts'
export { AdminError } from './error.ts'
export type {
  AdminFunctions,
  FunctionRun,
  RunFunctionOptions,
  RunSourceOptions,
} from './functions.ts'
export type { AdminClientOptions } from './http.ts'
export type { AdminAuthProviders } from './items/auth-providers.ts'
export type { Items } from './items/crud.ts'
export type { AdminDependencies } from './items/dependencies.ts'
export type { AdminItems, AppEnvironment } from './items/items.ts'
export type { AdminLogForwarders } from './items/log-forwarders.ts'
export type { AdminSecurity } from './items/security.ts'
export type { AdminCollectionRules, AdminServices } from './items/services.ts'
export type { AdminTriggers } from './items/triggers.ts'
export type { FollowLogsOptions, ListLogsOptions, LogEntry, LogsPage } from './log-types.ts'
export type { AdminLogs, LogsOf } from './logs.ts'
export type { AdminMailbox, MailboxLetter } from './mailbox.ts'
export type {
  AdminKeys,
  AdminMaintenance,
  AdminSigningKey,
  RotateSigningKeysOptions,
} from './maintenance.ts'
export type { AdminMoving, ImportedUsers, ImportNote, ImportUsersOptions } from './moving.ts'
export type {
  AdminOperator,
  AdminOperators,
  AdminProfile,
  NewAdminOperator,
  NewOperatorKeyPair,
  OperatorKeyPair,
} from './operators.ts'
export type { AdminPendingUsers, ListPendingOptions, PendingUser } from './pending.ts'
export type {
  AdminRules,
  ExplainedDocument,
  ExplainRulesOptions,
  RuleReason,
  RulesExplanation,
} from './rules.ts'
export type { AdminSecrets } from './secrets.ts'
export type { AdminTransfer, ExportOptions } from './transfer.ts'
export type {
  AdminUser,
  ListUsersOptions,
  SearchUsersOptions,
  UserData,
  UserDetails,
  UserDevice,
  UserPage,
  UserSearch,
  VerifiedToken,
} from './user-types.ts'
export type { AdminUsers } from './users.ts'

/**
 * Speaks the Admin API of one server. Makes no request before the first call; with e-mail address and password, or a key
 * pair, that one logs in, and tokens are renewed as they expire.
 */
export class AdminClient {
  readonly apps: AdminApps
  readonly deployments: AdminDeployments
  readonly drafts: AdminDrafts
  readonly users: AdminUsers
  readonly pendingUsers: AdminPendingUsers
  readonly moving: AdminMoving
  readonly apiKeys: AdminApiKeys
  readonly functions: AdminFunctions
  readonly secrets: AdminSecrets
  readonly rules: AdminRules
  readonly items: AdminItems
  readonly security: AdminSecurity
  readonly transfer: AdminTransfer
  readonly mailbox: AdminMailbox
  readonly logs: AdminLogs
  readonly audit: AdminAudit
  readonly operators: AdminOperators
  readonly maintenance: AdminMaintenance

  readonly #http: AdminHttp

  constructor(options: AdminClientOptions) {
    const http = createAdminHttp(options)
    this.#http = http
    this.apps = createAdminApps(http)
    this.deployments = createAdminDeployments(http)
    this.drafts = createAdminDrafts(http)
    this.users = createAdminUsers(http)
    this.pendingUsers = createAdminPendingUsers(http)
    this.moving = createAdminMoving(http)
    this.apiKeys = createAdminApiKeys(http)
    this.functions = createAdminFunctions(http)
    this.secrets = createAdminSecrets(http)
    this.rules = createAdminRules(http)
    this.items = createAdminItems(http)
    this.security = createAdminSecurity(http)
    this.transfer = createAdminTransfer(http)
    this.mailbox = createAdminMailbox(http)
    this.logs = createAdminLogs(http)
    this.audit = createAdminAudit(http)
    this.operators = createAdminOperators(http)
    this.maintenance = createAdminMaintenance(http)
  }

  /** Ends the session of this client on the server; the next call logs in again. An operator key has no session. */
  logOut(): Promise<void> {
    return this.#http.logOut()
  }

  /** What the server says of its Admin API: an OpenAPI 3.1 document. */
  openApi(): Promise<Readonly<Record<string, unknown>>> {
    return this.#http.request('GET', adminPaths.openApi())
  }
}
