import { segment } from './segment.ts'

export { adminPaths, operatorRoots, privatePaths } from './admin/paths.ts'

const client = '/api/client/v2.0'

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
  /** Ours: everything that is kept about the user. */
  exportData: () => `${client}/auth/export`,
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

/** Small pages of the server itself, and what machines ask it. */
export const serverPaths = {
  confirmPage: () => '/pages/confirm',
  resetPage: () => '/pages/reset',
  healthy: () => '/healthz',
  ready: () => '/readyz',
  metrics: () => '/metrics',
} as const
