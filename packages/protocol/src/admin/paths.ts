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
  apps: project('/apps'),
  app: app(''),
  /** Ours: deploys an app directory sent as files. */
  deploy: project('/deploy'),
  users: app('/users'),
  user: app('/users/:userId'),
  disableUser: app('/users/:userId/disable'),
  enableUser: app('/users/:userId/enable'),
  logOutUser: app('/users/:userId/logout'),
  apiKeys: app('/api_keys'),
  apiKey: app('/api_keys/:keyId'),
  enableApiKey: app('/api_keys/:keyId/enable'),
  disableApiKey: app('/api_keys/:keyId/disable'),
  secrets: app('/secrets'),
  secret: app('/secrets/:name'),
  /** Runs a function as a user or as the system. */
  runFunction: app('/debug/execute_function'),
  /** Ours: events that the app's triggers could not be given. */
  failedEvents: app('/triggers/failed_events'),
  /** Ours: what the rules say about an operation of a user, and why. */
  explainRules: app('/rules/explain'),
  /** Ours: letters kept by the development mailbox. */
  mailbox: app('/mailbox'),
} as const
