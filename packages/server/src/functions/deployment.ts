import type { RunningConfig } from '../config.ts'
import { type App, usualRegion } from '../domain/app.ts'
import type { Log } from '../log.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import { FunctionError } from './call.ts'
import type { AppFacts, ThreadApp } from './messages.ts'
import { InstallError, type Installs, packagesFolder } from './packages/install.ts'
import type { Lane } from './pool/lane.ts'
import type { Pool } from './pool/pool.ts'
import { openValues } from './values.ts'

/** What of an app is running: one version of its directory. */
export type Deployment = {
  isOf(app: App): boolean
  /**
   * Its threads, with the values as they are now.
   *
   * @throws FunctionError when its packages cannot be installed
   */
  open(): Lane | Promise<Lane>
  /** The text without its secrets. */
  withoutSecrets(text: string): string
  /** Lets calls under way end; there will be no more. */
  retire(): void
}

type Parts = {
  readonly config: Pick<RunningConfig, 'data'>
  readonly pool: Pool
  readonly installs: Installs
  readonly appSecrets: Pick<AppSecrets, 'read'>
  readonly now: () => number
  readonly log: Pick<Log, 'error'>
  readonly projectId: string
}

const toFacts = (app: App, projectId: string): AppFacts => {
  const { deploymentModel, providerRegion } = { ...usualRegion, ...app.region }
  return {
    id: app.id,
    clientAppId: app.clientAppId,
    name: app.name,
    projectId,
    deployment: { model: deploymentModel, providerRegion },
    lastDeployed: new Date(app.deployedAt).toISOString(),
    hostingUri: '',
  }
}

const toThreadApp = (
  app: App,
  { folder, projectId }: { readonly folder: string; readonly projectId: string },
): Omit<ThreadApp, 'values'> => ({
  facts: toFacts(app, projectId),
  functions: app.functions.map(one => ({
    name: one.name,
    source: one.source,
    runAsSystem: one.runAsSystem,
    ...(one.runAsUserId !== undefined && { runAsUserId: one.runAsUserId }),
    ...(one.runAsUserIdScriptSource !== undefined && {
      runAsUserIdScriptSource: one.runAsUserIdScriptSource,
    }),
  })),
  environment: app.environment,
  dataSources: app.dataSources.map(({ name }) => name),
  httpServices: app.httpServices ?? [],
  folder,
})

const isSame = (one: App, other: App): boolean =>
  one === other || (one.digest === other.digest && one.deployedAt === other.deployedAt)

/** An install that failed is tried again after so long. */
const betweenInstallsMs = 60_000

const unusable = (): FunctionError =>
  new FunctionError('crashed', 'the packages of the functions cannot be installed')

export const openDeployment = (app: App, parts: Parts): Deployment => {
  const { config, pool, installs, log, now, projectId } = parts
  const values = openValues(app, parts)
  let lane: Lane | undefined
  let opening: Promise<Lane> | undefined
  let brokenAt: number | undefined

  const ensurePackages = async (): Promise<void> => {
    const at = now()
    if (brokenAt !== undefined && Math.abs(at - brokenAt) < betweenInstallsMs) throw unusable()
    try {
      await installs.ensure(app)
    } catch (error) {
      if (!(error instanceof InstallError)) throw error
      brokenAt = at
      log.error('the packages of functions cannot be installed', {
        app: app.clientAppId,
        error: error.message,
      })
      throw unusable()
    }
  }

  const open = async (): Promise<Lane> => {
    const isChanged = await values.read()
    if (lane === undefined) {
      await ensurePackages()
      const folder = packagesFolder(config.data, app)
      lane = pool.openLane({
        ...toThreadApp(app, { folder, projectId }),
        values: values.now(),
      })
    } else if (isChanged) lane.setValues(values.now())
    return lane
  }

  return {
    isOf: other => isSame(app, other),
    open: () => {
      if (lane !== undefined && values.isFresh()) return lane
      opening ??= open().finally(() => {
        opening = undefined
      })
      return opening
    },
    withoutSecrets: values.withoutSecrets,
    retire: () => lane?.retire(),
  }
}
