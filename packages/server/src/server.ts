import { join, resolve } from 'node:path'
import { buildApp } from './app.ts'
import { type DeployOptions, type DeployResult, deployApp } from './apps/deploy.ts'
import type { AppDirectory } from './apps/directory.ts'
import { logDataSources } from './apps/log-data-sources.ts'
import { secretNamesOf, writeSecrets } from './apps/secrets.ts'
import { settleFolder } from './backup/restore-folder.ts'
import { upgradeStore } from './backup/upgrade-store.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import type { Documents } from './documents/documents.ts'
import { openEmbedded } from './documents/embedded/index.ts'
import { openMongoDb } from './documents/mongodb/index.ts'
import { logOffers } from './documents/mongodb/log-offers.ts'
import { ownFolder } from './documents/ownership.ts'
import { serverDatabaseOf } from './domain/mongodb-address.ts'
import { openBaseUrl } from './http/base-url.ts'
import { openBodies } from './http/bodies.ts'
import type { HttpContext } from './http/context.ts'
import { openListener } from './http/listener.ts'
import { openStreams } from './http/streams.ts'
import { startDelivery } from './jobs/deliver-events.ts'
import { startEndingStreams } from './jobs/end-streams.ts'
import { startFinishingRotation } from './jobs/finish-rotation.ts'
import { makeFirstOperator } from './jobs/first-operator.ts'
import { followDeployments } from './jobs/follow-deployments.ts'
import { startRevoking } from './jobs/revoke-tokens.ts'
import { removeServerFile, writeServerFile } from './jobs/server-file.ts'
import { startSweep } from './jobs/sweep.ts'
import { openLog } from './log.ts'
import { type Closers, closeAll, openDeps } from './open-deps.ts'
import { type GivenSecrets, giveSecrets } from './security/given-secrets.ts'
import { readKeyFile } from './security/key-file.ts'
import { settleMasterKeys } from './security/master-keys.ts'
import { openOperatorTokens } from './security/operator-tokens.ts'
import { shareOf } from './workers/share.ts'
import type { Membership } from './workers/worker.ts'

export type ServerOptions = {
  readonly config: Config
  /** Deployed, in this order, before the first request is answered. */
  readonly directories?: readonly AppDirectory[]
  /** Kept at the start and at each deployment for the apps that name them. Default none. */
  readonly givenSecrets?: GivenSecrets
  /** Where log lines go. Default standard output. */
  readonly logTo?: { write(line: string): void }
  /** Milliseconds since 1970. Default the system's clock. */
  readonly now?: () => number
  /** Opens the server's own documents in the data folder. Default: as the settings say. */
  readonly openDocuments?: OpenDocuments
  /** As one of several processes on the data folder, which another one owns (`--workers`). */
  readonly membership?: Membership | undefined
}

type OpenDocuments = (
  folder: string,
  config: Config,
  membership: Membership | undefined,
) => Promise<Documents>

export type RunningServer = {
  /** Where it listens, for programs on this machine. */
  readonly url: string
  readonly projectId: string
  /** Bearer for the Admin API. */
  readonly operatorKey: string
  readonly deps: Deps
  /** What became of each of the directories it was started with. */
  readonly deployed: readonly DeployResult[]
  deploy(directory: AppDirectory, options?: DeployOptions): Promise<DeployResult>
  /**
   * Takes no more connections, lets requests under way end, writes down what is buffered, and frees
   * everything. May be called twice.
   */
  stop(): Promise<void>
}

/** Opens the server's own documents in the data folder, or in the MongoDB of the settings. */
export const openAsSet: OpenDocuments = async (folder, { store }, membership) => {
  if (store !== undefined) {
    return openCluster(store)
  }
  const writers = membership && { writers: membership.writers }
  return openEmbedded({ path: join(folder, 'system.db'), ...writers })
}

const openCluster = async (address: string): Promise<Documents> => {
  try {
    return await openMongoDb({ address, systemDatabase: serverDatabaseOf(address) })
  } catch (cause) {
    throw new TypeError(`REGENT_STORE: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
}

/**
 * Starts a server on the data folder of the settings. Resolves when it answers.
 *
 * @throws FolderTakenError when another server owns the folder; the system's error when the port is taken or
 * a file cannot be opened. Whatever was opened is closed again.
 */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const closers: Closers = []
  try {
    return await start(options, closers)
  } catch (error) {
    await closeAll(closers).catch(() => {})
    throw error
  }
}

/** What one of the processes does for all. */
const settleIn = async (deps: Deps, given: Config, givenSecrets: GivenSecrets): Promise<void> => {
  await makeFirstOperator(deps, given)
  const secretNames = (await deps.store.apps.list()).flatMap(secretNamesOf)
  for (const name of givenSecrets.unused(secretNames)) {
    deps.log.warn('no app names this secret', { secret: name })
  }
  await logDataSources(deps)
}

type JobOptions = {
  readonly closers: Closers
  readonly projectId: string
  /** True when other processes deploy too. */
  readonly isShared: boolean
}

/** What is done in the background. */
const startJobs = (deps: Deps, { closers, projectId, isShared }: JobOptions): void => {
  const jobs = [
    startSweep(deps),
    startDelivery(deps),
    startRevoking(deps),
    startFinishingRotation(deps, { projectId }),
    ...(isShared ? [followDeployments(deps)] : []),
  ]
  for (const job of jobs) closers.push(() => job.stop())
}

const start = async (
  {
    config: settings,
    directories = [],
    givenSecrets = giveSecrets(),
    logTo,
    now = Date.now,
    openDocuments = openAsSet,
    membership,
  }: ServerOptions,
  closers: Closers,
): Promise<RunningServer> => {
  const given = membership ? shareOf(settings) : { ...settings, workers: 1 }
  const isFirst = membership?.isFirst ?? true
  const folder = resolve(given.data)
  const log = openLog({ level: given.logLevel, ...(logTo && { to: logTo }) })
  closers.push(() => log.flush())
  if (!membership) {
    const ownership = await ownFolder(folder)
    closers.push(() => ownership.release())
    await settleFolder(folder, now())
  }
  const listener = await openListener(given)
  closers.push(() => listener.stop(0))

  const config = Object.freeze({ ...given, publicUrl: given.publicUrl ?? listener.url })
  const documents = await openDocuments(folder, config, membership)
  closers.push(() => documents.close())
  if (isFirst) await upgradeStore({ place: { folder, store: given.store }, documents, log, now })
  if (documents.engine === 'mongodb' && isFirst) await logOffers(documents, log)
  const writers = membership?.writers
  const opening = { folder, config, documents, log, now, givenSecrets, closers, writers }
  const { deps, projectId } = await openDeps(opening)
  const isAlone = config.store === undefined
  if (isFirst) await settleMasterKeys(folder, { settings: given, ring: deps.secrets, isAlone })
  const operatorKey = (await readKeyFile(join(folder, 'operator.key'))).toString('base64url')

  const pid = membership?.primaryPid ?? process.pid
  const announce = async (): Promise<void> => {
    const clientAppIds = (await deps.store.apps.list()).map(app => app.clientAppId)
    const { url } = listener
    const { publicUrl } = config
    await writeServerFile(folder, { url, publicUrl, projectId, clientAppIds, pid })
  }
  const deploy: RunningServer['deploy'] = async (directory, deployOptions) => {
    const result = await deployApp(deps, directory, deployOptions)
    await announce()
    return result
  }
  for (const app of await deps.store.apps.list()) await writeSecrets(deps, app)
  const deployed: DeployResult[] = []
  for (const directory of directories) deployed.push(await deployApp(deps, directory))
  if (isFirst) await settleIn(deps, given, givenSecrets)

  let isStopping = false
  const streams = openStreams(config)
  const { publicUrl } = config
  const tokens = openOperatorTokens({ ...deps, publicUrl, projectId })
  const context: HttpContext = {
    deps,
    projectId,
    operators: { projectId, tokens },
    baseUrl: openBaseUrl(given.publicUrl, config),
    bodies: openBodies(config),
    streams,
    isStopping: () => isStopping,
    ...(membership && { gatherMetrics: () => membership.metrics.gather() }),
  }
  membership?.metrics.answerWith(() => deps.activity.metrics.read())
  const isShared = membership !== undefined || config.store !== undefined
  startJobs(deps, { closers, projectId, isShared })
  await buildApp({ context, documents, operatorKey, listener })
  await announce()
  if (!membership) closers.push(() => removeServerFile(folder))
  const ending = startEndingStreams(deps, streams)
  closers.push(() => ending.stop())
  closers.push(() => listener.stop(config.stopSeconds * 1000))
  closers.push(() => streams.close())
  membership?.ready()
  const where = { url: listener.url, publicUrl: config.publicUrl }
  if (isFirst) log.info('listening', { ...where, pid })
  if (membership) log.info('a worker answers', { pid: process.pid })

  let stopping: Promise<void> | undefined
  return {
    url: listener.url,
    projectId,
    operatorKey,
    deps,
    deployed,
    deploy,
    stop: () => {
      isStopping = true
      stopping ??= closeAll(closers)
      return stopping
    },
  }
}
