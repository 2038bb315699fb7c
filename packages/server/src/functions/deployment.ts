import { join, resolve } from 'node:path'
import type { RunningConfig } from '../config.ts'
import type { App } from '../domain/app.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import type { AppFacts, Lines, ThreadApp } from './messages.ts'
import type { Lane, Pool } from './pool/pool.ts'
import { openValues } from './values.ts'

/** What of an app is running: one version of its directory. */
export type Deployment = {
  isOf(app: App): boolean
  /** Its threads, with the values as they are now. */
  open(): Lane | Promise<Lane>
  /** The lines without the texts of its secrets. */
  withoutSecrets(lines: Lines | undefined): Lines | undefined
  /** Lets calls under way end; there will be no more. */
  retire(): void
}

type Parts = {
  readonly config: Pick<RunningConfig, 'data'>
  readonly pool: Pool
  readonly appSecrets: Pick<AppSecrets, 'read'>
  readonly now: () => number
}

const toFacts = (app: App): AppFacts => ({
  id: app.id,
  clientAppId: app.clientAppId,
  name: app.name,
  projectId: '',
  deployment: { model: 'LOCAL', providerRegion: '' },
  lastDeployed: new Date(app.deployedAt).toISOString(),
  hostingUri: '',
})

const toThreadApp = (app: App, folder: string): Omit<ThreadApp, 'values'> => ({
  facts: toFacts(app),
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
  dataSources: app.dataSources,
  folder,
})

const isSame = (one: App, other: App): boolean =>
  one === other || (one.digest === other.digest && one.deployedAt === other.deployedAt)

/** Where what belongs to the functions of one version of an app lies. */
export const functionsFolder = (data: string, { clientAppId, digest }: App): string =>
  join(resolve(data), 'apps', clientAppId, 'functions', digest || 'none')

export const openDeployment = (app: App, parts: Parts): Deployment => {
  const { config, pool } = parts
  const values = openValues(app, parts)
  let lane: Lane | undefined
  let opening: Promise<Lane> | undefined

  const open = async (): Promise<Lane> => {
    const isChanged = await values.read()
    if (lane === undefined) {
      const folder = functionsFolder(config.data, app)
      lane = pool.openLane({ ...toThreadApp(app, folder), values: values.now() })
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
    withoutSecrets: lines => lines?.map(values.withoutSecrets),
    retire: () => lane?.retire(),
  }
}
