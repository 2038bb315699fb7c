import { segment } from '../segment.ts'

const base = '/api/admin/v3.0'

/** One text for each `:name` of the template. */
type Ids<Template extends string> = Template extends `${string}:${infer Rest}`
  ? [id: string, ...Ids<Rest>]
  : []

type PathOf<Template extends string> = (...ids: Ids<Template>) => string

const path =
  <Template extends string>(template: Template): PathOf<Template> =>
  (...ids: readonly string[]) => {
    const left = [...ids]
    return base + template.replace(/:\w+/g, () => segment(left.shift() ?? ''))
  }

/** Below the project. */
const project = <Rest extends string>(rest: Rest) =>
  path<`/groups/:projectId${Rest}`>(`/groups/:projectId${rest}`)

/** Below an app. `appId` is the app's internal id (24 hex characters). */
const app = <Rest extends string>(rest: Rest) =>
  project<`/apps/:appId${Rest}`>(`/apps/:appId${rest}`)

/**
 * Every path of the Admin API. Called with `':name'` for each id it writes the pattern of a route.
 *
 * @see https://www.mongodb.com/docs/api/doc/atlas-app-services-admin-api-v3/
 */
export const adminPaths = {
  profile: path('/auth/profile'),
  operatorProviders: path('/auth/providers'),
  operatorLogIn: path('/auth/providers/local-userpass/login'),
  operatorKeyLogIn: path('/auth/providers/mongodb-cloud/login'),
  operatorSession: path('/auth/session'),
  /** Ours: this API in OpenAPI's words. */
  openApi: path('/openapi.json'),
  /** Ours: who may use this API. */
  operators: path('/operators'),
  operator: path('/operators/:operatorId'),
  operatorPassword: path('/operators/:operatorId/password'),
  /** Ours: key pairs of programs that use this API. */
  operatorKeys: path('/operator_keys'),
  operatorKey: path('/operator_keys/:keyId'),
  /** Ours: a backup of everything. */
  backup: path('/maintenance/backup'),
  /** Ours: what tokens are signed and secrets sealed with. */
  keys: path('/maintenance/keys'),
  rotateKeys: path('/maintenance/keys/rotate'),
  finishKeys: path('/maintenance/keys/finish'),
  apps: project('/apps'),
  app: app(''),
  /** Ours: deploys an app directory sent as files. */
  deploy: project('/deploy'),
  /** Ours: an app's directory as files. */
  directory: app('/directory'),
  users: app('/users'),
  /** Ours. */
  searchUsers: app('/users/search'),
  /** Ours: users from elsewhere, one a line. */
  importUsers: app('/users/import'),
  /** Ours: all users, one a line. */
  exportUsers: app('/users/export'),
  countUsers: app('/users_count'),
  verifyToken: app('/users/verify_token'),
  user: app('/users/:userId'),
  userDevices: app('/users/:userId/devices'),
  resetUserEmail: app('/users/:userId/reset_email'),
  /** Ours: what an operator sees of a user beside the user. */
  userDetails: app('/users/:userId/details'),
  /** Ours: everything that is kept about a user. */
  userData: app('/users/:userId/data'),
  /** Ours: takes back that the user is to be deleted. */
  restoreUser: app('/users/:userId/restore'),
  /** Ours. */
  resetUserPassword: app('/users/:userId/reset_password'),
  /** Ours. */
  userSession: app('/users/:userId/sessions/:sessionId'),
  disableUser: app('/users/:userId/disable'),
  enableUser: app('/users/:userId/enable'),
  logOutUser: app('/users/:userId/logout'),
  pendingUsers: app('/user_registrations/pending_users'),
  pendingUserByEmail: app('/user_registrations/by_email/:email'),
  pendingUserById: app('/user_registrations/by_id/:registrationId'),
  sendConfirmation: app('/user_registrations/by_email/:email/send_confirm'),
  confirmPendingUser: app('/user_registrations/by_email/:email/confirm'),
  runConfirmation: app('/user_registrations/by_email/:email/run_confirm'),
  apiKeys: app('/api_keys'),
  apiKey: app('/api_keys/:keyId'),
  enableApiKey: app('/api_keys/:keyId/enable'),
  disableApiKey: app('/api_keys/:keyId/disable'),
  secrets: app('/secrets'),
  secret: app('/secrets/:name'),
  functions: app('/functions'),
  function: app('/functions/:functionId'),
  /** Runs a function as a user or as the system. */
  runFunction: app('/debug/execute_function'),
  runSource: app('/debug/execute_function_source'),
  dependencies: app('/dependencies'),
  dependenciesStatus: app('/dependencies/status'),
  dependenciesDiff: app('/dependencies/diff'),
  dependenciesExport: app('/dependencies/export'),
  dependenciesArchive: app('/dependencies/archive'),
  authProviders: app('/auth_providers'),
  authProvider: app('/auth_providers/:providerId'),
  enableAuthProvider: app('/auth_providers/:providerId/enable'),
  disableAuthProvider: app('/auth_providers/:providerId/disable'),
  services: app('/services'),
  multiDataSources: app('/multi_data_sources'),
  service: app('/services/:serviceId'),
  serviceConfig: app('/services/:serviceId/config'),
  serviceCommand: app('/services/:serviceId/commands/:command'),
  rules: app('/services/:serviceId/rules'),
  rule: app('/services/:serviceId/rules/:ruleId'),
  defaultRule: app('/services/:serviceId/default_rule'),
  schemas: app('/schemas'),
  schema: app('/schemas/:schemaId'),
  customUserData: app('/custom_user_data'),
  values: app('/values'),
  value: app('/values/:valueId'),
  environment: app('/environment'),
  environmentValues: app('/environment_values'),
  environmentValue: app('/environment_values/:valueId'),
  triggers: app('/triggers'),
  trigger: app('/triggers/:triggerId'),
  resumeTrigger: app('/triggers/:triggerId/resume'),
  /** The older name of triggers. */
  eventSubscriptions: app('/event_subscriptions'),
  eventSubscription: app('/event_subscriptions/:triggerId'),
  resumeEventSubscription: app('/event_subscriptions/:triggerId/resume'),
  endpoints: app('/endpoints'),
  endpoint: app('/endpoints/:endpointId'),
  logForwarders: app('/log_forwarders'),
  logForwarder: app('/log_forwarders/:forwarderId'),
  enableLogForwarder: app('/log_forwarders/:forwarderId/enable'),
  disableLogForwarder: app('/log_forwarders/:forwarderId/disable'),
  requestOrigins: app('/security/allowed_request_origins'),
  accessList: app('/security/access_list'),
  accessListEntry: app('/security/access_list/:entryId'),
  refreshTokenExpiration: app('/security/refresh_token_expiration'),
  deployConfig: app('/deploy/config'),
  deployments: app('/deployments'),
  deployment: app('/deployments/:deploymentId'),
  redeploy: app('/deployments/:deploymentId/redeploy'),
  drafts: app('/drafts'),
  draft: app('/drafts/:draftId'),
  deployDraft: app('/drafts/:draftId/deployment'),
  draftDiff: app('/drafts/:draftId/diff'),
  exportApp: app('/export'),
  importApp: app('/import'),
  pullApp: app('/pull'),
  pushApp: app('/push'),
  appDescription: app('/description'),
  syncConfig: app('/sync/config'),
  syncProgress: app('/sync/progress'),
  syncReset: app('/sync/force_reset'),
  syncSchemaVersions: app('/sync/schemas/versions'),
  graphqlConfig: app('/graphql/config'),
  customResolvers: app('/graphql/custom_resolvers'),
  graphqlValidation: app('/validation_settings/graphql'),
  nullValidation: app('/validation_settings/null_type_schema_validation'),
  dataApiConfig: app('/data_api/config'),
  dataApiVersions: app('/data_api/versions'),
  hostingConfig: app('/hosting/config'),
  hostingAssets: app('/hosting/assets'),
  pushNotifications: app('/push/notifications'),
  providerRegions: path('/provider_regions'),
  /** What happened. */
  logs: app('/logs'),
  /** Ours: what happened in all apps. */
  allLogs: project('/logs'),
  /** Ours: what operators did. */
  audit: project('/audit'),
  /** Ours: events that the app's triggers could not be given. */
  failedEvents: app('/triggers/failed_events'),
  /** Ours: what the rules say about an operation of a user, and why. */
  explainRules: app('/rules/explain'),
  /** Ours: letters kept by the development mailbox. */
  mailbox: app('/mailbox'),
} as const

const privateBase = '/api/private/v1.0'

const ofApp = (projectId: string, appId: string): string =>
  `${privateBase}/groups/${segment(projectId)}/apps/${segment(appId)}`

/** What each of `adminPaths` and of `privatePaths` begins with. */
export const operatorRoots = [`${base}/`, `${privateBase}/`] as const

/** What test programs of the SDKs ask beside the Admin API. */
export const privatePaths = {
  version: () => `${privateBase}/version`,
  features: (projectId: string, appId: string) => `${ofApp(projectId, appId)}/features`,
  settings: (projectId: string, appId: string) => `${ofApp(projectId, appId)}/settings`,
} as const
