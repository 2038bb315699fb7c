import type {
  AppWire,
  DeployBody,
  DeployWire,
  DirectoryWire,
  FilesWire,
  ItemChangeWire,
  NewAppBody,
} from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminHttp } from './http.ts'
import { toDate } from './to-date.ts'

/** An app as operators see it. */
export type AdminApp = {
  /** 24 hex characters, the server's own id. */
  readonly id: string
  /** What clients put into `new App({ id })`. */
  readonly clientAppId: string
  readonly name: string
  /** `''`, `development`, `testing`, `qa` or `production`. */
  readonly environment: string
  readonly modifiedAt: Date
}

export type NewAdminApp = {
  /** 1 to 32 letters, digits, _ or -. */
  readonly name: string
  readonly location?: string
  readonly providerRegion?: string
  readonly deploymentModel?: 'GLOBAL' | 'LOCAL'
  readonly environment?: '' | 'development' | 'testing' | 'qa' | 'production'
  /** The `config.json` of a data source to begin with. */
  readonly dataSource?: NonNullable<NewAppBody['data_source']>
}

/** Files by their path below the app's directory, with `/`. */
export type AppFiles = Readonly<Record<string, string | Uint8Array>>

export type DeployOptions = {
  /** What messages call the directory. */
  readonly source?: string
  /** The app that is meant, whatever `app_id` the files have. */
  readonly app?: Pick<AdminApp, 'id'>
  /** Values of secrets by name. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The same by variable, as in `REGENT_SECRET_IDP_KEY`. */
  readonly secretVariables?: Readonly<Record<string, string>>
}

/** What a deployment changes in one part of an app. */
export type ItemChange = ItemChangeWire

/** What would become of a deployment. */
export type Plan = {
  /** `undefined` for an app that is not there yet. */
  readonly app: AdminApp | undefined
  readonly changes: readonly ItemChange[]
  /** What the directory holds and the server does not serve. */
  readonly warnings: readonly string[]
}

/** What became of a deployment. */
export type DeployResult = Plan & {
  readonly app: AdminApp
  /** `unchanged`: it runs already. */
  readonly outcome: 'deployed' | 'unchanged'
  /** Number of the deployment that runs now. */
  readonly number: number
}

export type AdminApps = {
  /** All apps of the server, by client app id. */
  list(): Promise<AdminApp[]>
  /** By the id that clients use; `undefined` when there is none. */
  find(clientAppId: string): Promise<AdminApp | undefined>
  /** By `id`. @throws AdminError when there is none */
  get(id: string): Promise<AdminApp>
  /** Makes an app with nothing in it. */
  create(app: NewAdminApp): Promise<AdminApp>
  /** Deletes the app with its users and everything that is kept for it. */
  delete(app: Pick<AdminApp, 'id'>): Promise<void>
  /**
   * Deploys an app directory sent as files, whole or not at all.
   *
   * @throws AdminError that names every problem of the directory.
   */
  deploy(files: AppFiles, options?: DeployOptions): Promise<DeployResult>
  /** Says what `deploy` would change, and changes nothing. @throws AdminError as `deploy` */
  plan(files: AppFiles, options?: DeployOptions): Promise<Plan>
  /** The app's directory as it was deployed: of an earlier deployment with its id. Text as text, the rest as bytes. */
  pull(
    app: Pick<AdminApp, 'id'>,
    options?: { readonly deploymentId?: string },
  ): Promise<Record<string, string | Uint8Array>>
}

/** Packages of functions are installed meanwhile. */
const patienceMs = 600_000

/** An app in the words of this client. */
const toAdminApp = (app: AppWire): AdminApp => ({
  id: app._id,
  clientAppId: app.client_app_id,
  name: app.name,
  environment: app.environment,
  modifiedAt: toDate(app.last_modified),
})

const toBase64 = (bytes: Uint8Array): string => {
  const binary = Array.from(bytes, byte => String.fromCharCode(byte)).join('')
  return btoa(binary)
}

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), character => character.charCodeAt(0))

const toWire = (files: AppFiles): FilesWire =>
  Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : { base64: toBase64(content) },
    ]),
  )

const toBody = (files: AppFiles, options: DeployOptions): DeployBody => ({
  files: toWire(files),
  ...(options.source !== undefined && { source: options.source }),
  ...(options.app && { app_id: options.app.id }),
  ...(options.secrets && { secrets: { ...options.secrets } }),
  ...(options.secretVariables && { secret_variables: { ...options.secretVariables } }),
})

const toNewBody = (app: NewAdminApp): NewAppBody => ({
  name: app.name,
  ...(app.location !== undefined && { location: app.location }),
  ...(app.providerRegion !== undefined && { provider_region: app.providerRegion }),
  ...(app.deploymentModel !== undefined && { deployment_model: app.deploymentModel }),
  ...(app.environment !== undefined && { environment: app.environment }),
  ...(app.dataSource && { data_source: app.dataSource }),
})

export const createAdminApps = ({ request, projectId }: AdminHttp): AdminApps => {
  const list = async (): Promise<AdminApp[]> => {
    const apps = await request<readonly AppWire[]>('GET', adminPaths.apps(await projectId()))
    return apps.map(toAdminApp)
  }
  const pathOf = async ({ id }: Pick<AdminApp, 'id'>): Promise<string> =>
    adminPaths.app(await projectId(), id)
  const send = async (
    files: AppFiles,
    options: DeployOptions,
    query: { readonly dry_run?: true },
  ): Promise<DeployWire> => {
    const body = toBody(files, options)
    const path = adminPaths.deploy(await projectId())
    return request<DeployWire>('POST', path, { body, query, timeoutMs: patienceMs })
  }

  return {
    list,
    find: async clientAppId => (await list()).find(app => app.clientAppId === clientAppId),
    get: async id => toAdminApp(await request<AppWire>('GET', await pathOf({ id }))),
    create: async app => {
      const path = adminPaths.apps(await projectId())
      return toAdminApp(await request<AppWire>('POST', path, { body: toNewBody(app) }))
    },
    delete: async app => request<void>('DELETE', await pathOf(app)),
    deploy: async (files, options = {}) => {
      const { app, outcome, deployment, changes, warnings } = await send(files, options, {})
      if (!app || outcome === 'planned') throw new TypeError('the server deployed nothing')
      return { app: toAdminApp(app), outcome, number: deployment, changes, warnings }
    },
    plan: async (files, options = {}) => {
      const { app, changes, warnings } = await send(files, options, { dry_run: true })
      return { app: app && toAdminApp(app), changes, warnings }
    },
    pull: async ({ id }, { deploymentId } = {}) => {
      const path = adminPaths.directory(await projectId(), id)
      const query = { deployment: deploymentId }
      const { files } = await request<DirectoryWire>('GET', path, { query, timeoutMs: patienceMs })
      return Object.fromEntries(
        Object.entries(files).map(([file, content]) => [
          file,
          typeof content === 'string' ? content : fromBase64(content.base64),
        ]),
      )
    },
  }
}
