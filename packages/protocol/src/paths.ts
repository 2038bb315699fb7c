const client = '/api/client/v2.0'
const admin = '/api/admin/v3.0'

/** A path segment; `:name` stays as it is, so that the same functions write route patterns. */
const segment = (text: string): string => (text.startsWith(':') ? text : encodeURIComponent(text))

const app = (appId: string): string => `${client}/app/${segment(appId)}`
const provider = (appId: string, name: string): string =>
  `${app(appId)}/auth/providers/${segment(name)}`
const emailPassword = (appId: string, step: string): string =>
  `${provider(appId, 'local-userpass')}/${step}`

/**
 * Every path of the client API. `appId` is the client app id (`shop-xkqzp`).
 *
 * @see realm-web `routes.ts`; realm-core `app.cpp`
 */
export const clientPaths = {
  location: (appId: string) => `${app(appId)}/location`,
  login: (appId: string, providerName: string) => `${provider(appId, providerName)}/login`,
  register: (appId: string) => emailPassword(appId, 'register'),
  confirm: (appId: string) => emailPassword(appId, 'confirm'),
  confirmSend: (appId: string) => emailPassword(appId, 'confirm/send'),
  confirmCall: (appId: string) => emailPassword(appId, 'confirm/call'),
  reset: (appId: string) => emailPassword(appId, 'reset'),
  resetSend: (appId: string) => emailPassword(appId, 'reset/send'),
  resetCall: (appId: string) => emailPassword(appId, 'reset/call'),
  session: () => `${client}/auth/session`,
  profile: () => `${client}/auth/profile`,
  deleteUser: () => `${client}/auth/delete`,
  identity: (providerType: string, id: string) =>
    `${client}/auth/identities/${segment(providerType)}/${segment(id)}`,
  sessions: () => `${client}/auth/sessions`,
  sessionOf: (id: string) => `${client}/auth/sessions/${segment(id)}`,
  apiKeys: () => `${client}/auth/api_keys`,
  apiKey: (id: string) => `${client}/auth/api_keys/${segment(id)}`,
  enableApiKey: (id: string) => `${client}/auth/api_keys/${segment(id)}/enable`,
  disableApiKey: (id: string) => `${client}/auth/api_keys/${segment(id)}/disable`,
  /** Where auth providers send a browser back to. */
  callback: () => `${client}/auth/callback`,
  callFunction: (appId: string) => `${app(appId)}/functions/call`,
  pushRegistration: (appId: string, service: string) =>
    `${app(appId)}/push/providers/${segment(service)}/registration`,
  jwks: (appId: string) => `${app(appId)}/.well-known/jwks.json`,
  openidConfiguration: (appId: string) => `${app(appId)}/.well-known/openid-configuration`,
  realmSync: (appId: string) => `${app(appId)}/realm-sync`,
} as const

/** What access tokens of the app name as their issuer (`iss`). */
export const issuer = (publicUrl: string, appId: string): string => `${publicUrl}${app(appId)}`

const project = (projectId: string): string => `${admin}/groups/${segment(projectId)}`
const adminApp = (projectId: string, appId: string): string =>
  `${project(projectId)}/apps/${segment(appId)}`
const adminUser = (projectId: string, appId: string, userId: string): string =>
  `${adminApp(projectId, appId)}/users/${segment(userId)}`

/** Every path of the Admin API. `appId` is the app's internal id (24 hex characters). */
export const adminPaths = {
  profile: () => `${admin}/auth/profile`,
  apps: (projectId: string) => `${project(projectId)}/apps`,
  app: adminApp,
  /** Ours: deploys an app directory sent as files. */
  deploy: (projectId: string) => `${project(projectId)}/deploy`,
  users: (projectId: string, appId: string) => `${adminApp(projectId, appId)}/users`,
  user: adminUser,
  disableUser: (projectId: string, appId: string, userId: string) =>
    `${adminUser(projectId, appId, userId)}/disable`,
  enableUser: (projectId: string, appId: string, userId: string) =>
    `${adminUser(projectId, appId, userId)}/enable`,
  logOutUser: (projectId: string, appId: string, userId: string) =>
    `${adminUser(projectId, appId, userId)}/logout`,
  apiKeys: (projectId: string, appId: string) => `${adminApp(projectId, appId)}/api_keys`,
  apiKey: (projectId: string, appId: string, keyId: string) =>
    `${adminApp(projectId, appId)}/api_keys/${segment(keyId)}`,
  enableApiKey: (projectId: string, appId: string, keyId: string) =>
    `${adminApp(projectId, appId)}/api_keys/${segment(keyId)}/enable`,
  disableApiKey: (projectId: string, appId: string, keyId: string) =>
    `${adminApp(projectId, appId)}/api_keys/${segment(keyId)}/disable`,
  secrets: (projectId: string, appId: string) => `${adminApp(projectId, appId)}/secrets`,
  secret: (projectId: string, appId: string, name: string) =>
    `${adminApp(projectId, appId)}/secrets/${segment(name)}`,
  /** Runs a function as a user or as the system (`debug/execute_function` of the original). */
  runFunction: (projectId: string, appId: string) =>
    `${adminApp(projectId, appId)}/debug/execute_function`,
  /** Ours: events that the app's triggers could not be given. */
  failedEvents: (projectId: string, appId: string) =>
    `${adminApp(projectId, appId)}/triggers/failed_events`,
  /** Ours: what the rules say about an operation of a user, and why. */
  explainRules: (projectId: string, appId: string) => `${adminApp(projectId, appId)}/rules/explain`,
  /** Ours: letters kept by the development mailbox. */
  mailbox: (projectId: string, appId: string) => `${adminApp(projectId, appId)}/mailbox`,
} as const

/** Small pages of the server itself, and what machines ask it. */
export const serverPaths = {
  confirmPage: () => '/pages/confirm',
  resetPage: () => '/pages/reset',
  healthy: () => '/healthz',
  ready: () => '/readyz',
} as const
