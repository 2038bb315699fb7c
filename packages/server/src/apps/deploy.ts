import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { ProviderType } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { randomLetters } from '../security/random.ts'
import type { Deployment } from '../store/deployments.ts'
import { type AppDirectory, DirectoryError } from './directory.ts'
import { findMissingSecrets, writeSecrets } from './secrets.ts'

export type DeployOptions = {
  /** Default `directory`. */
  readonly origin?: Deployment['origin']
  /**
   * `never-deployed` (default): only a directory whose digest no earlier directory deployment of the app had,
   * so that a restart undoes nobody's change. `not-running`: any directory that is not what runs now, for
   * somebody who asks for it at this moment.
   */
  readonly when?: 'never-deployed' | 'not-running'
}

export type DeployResult = {
  readonly app: App
  /** `unchanged`: it runs already; `store-newer`: it was deployed before, and something newer runs now. */
  readonly outcome: 'deployed' | 'unchanged' | 'store-newer'
  /** Number of the deployment that runs now. */
  readonly number: number
}

type DeployDeps = Pick<
  Deps,
  'store' | 'now' | 'newId' | 'log' | 'appSecrets' | 'functions' | 'config' | 'data'
>

/**
 * Deploys a directory, whole or not at all: what its functions need is made first, and the app is one document.
 * A crash before the deployment was counted leaves the app deployed, and the next call counts it.
 *
 * A directory without `app_id` belongs to the app of its name; a new one gets `<name>-` and five letters.
 *
 * @throws DirectoryError when several apps have the name of a directory without `app_id`, when a secret has no value,
 * and when functions do not compile or their packages cannot be installed.
 */
export const deployApp = async (
  deps: DeployDeps,
  directory: AppDirectory,
  options: DeployOptions = {},
): Promise<DeployResult> => {
  const result = await deploy(deps, directory, options)
  logResult(deps, directory, result)
  return result
}

const deploy = async (
  deps: DeployDeps,
  directory: AppDirectory,
  { origin = 'directory', when = 'never-deployed' }: DeployOptions,
): Promise<DeployResult> => {
  const { store } = deps
  const { digest } = directory
  while (true) {
    const running = await findRunning(deps, directory)
    if (running && (await isSettled(deps, running, { digest, when }))) {
      const outcome = running.digest === digest ? 'unchanged' : 'store-newer'
      await writeSecrets(deps, running, directory.secrets)
      const number = (await store.deployments.findLast(running.id))?.number ?? 0
      return { app: running, outcome, number }
    }
    await refuseMissingSecrets(deps, directory, running)
    const app = toApp(deps, directory, running)
    await prepareFunctions(deps, app, { directory, running })
    if (running) await writeSecrets(deps, app, directory.secrets)
    if (!(await store.apps.put(app))) continue
    if (!running) await writeSecrets(deps, app, directory.secrets)
    const number = await countDeployment(deps, app, origin)
    await deps.data.prepareCustomData(app)
    return { app, outcome: 'deployed', number }
  }
}

const logResult = (
  { log }: DeployDeps,
  { path, warning }: AppDirectory,
  { app, outcome, number }: DeployResult,
): void => {
  const about = { app: app.clientAppId, deployment: number, directory: path }
  if (outcome === 'deployed') log.info('deployed', about)
  if (outcome === 'unchanged') log.info('runs already', about)
  if (outcome === 'store-newer') {
    log.warn('not deployed: it was deployed before, and something newer runs', about)
  }
  if (warning !== undefined)
    log.warn('parts of the app are not served', { ...about, parts: warning })
}

const findRunning = async (
  { store }: DeployDeps,
  { path, clientAppId, name }: AppDirectory,
): Promise<App | undefined> => {
  if (clientAppId !== undefined) return store.apps.findByClientAppId(clientAppId)
  const named = (await store.apps.list()).filter(app => app.name === name)
  if (named.length > 1) {
    const ids = named.map(app => app.clientAppId).join(', ')
    const message = `is missing: there are several apps named "${name}" (${ids}), put the one that is meant here`
    throw new DirectoryError(path, [{ file: 'root_config.json', field: 'app_id', message }])
  }
  return named[0]
}

const refuseMissingSecrets = async (
  deps: DeployDeps,
  directory: AppDirectory,
  running: App | undefined,
): Promise<void> => {
  const problems = await findMissingSecrets(deps, directory, running?.id)
  if (problems.length > 0) throw new DirectoryError(directory.path, problems)
}

/** Packages are installed and sources compiled before anything changes. */
const prepareFunctions = async (
  { functions, log }: DeployDeps,
  app: App,
  { directory, running }: { directory: AppDirectory; running: App | undefined },
): Promise<void> => {
  const { path, functionFiles = {} } = directory
  const { functionPackages } = app
  if (functionPackages && !isDeepStrictEqual(functionPackages, running?.functionPackages)) {
    log.info('installing the packages of functions', { app: app.clientAppId, directory: path })
  }
  const problems = await functions.prepare(app)
  if (problems.length === 0) return
  throw new DirectoryError(
    path,
    problems.map(({ name, line, column, message }) => ({
      file:
        name === 'package.json'
          ? 'functions/package.json'
          : (functionFiles[name] ?? `functions/${name}.js`),
      ...(line !== undefined && { line, column: column ?? 1 }),
      message,
    })),
  )
}

const isSettled = async (
  { store }: DeployDeps,
  { id, digest: runningDigest }: App,
  { digest, when }: { readonly digest: string; readonly when: DeployOptions['when'] },
): Promise<boolean> => {
  if (when !== 'not-running') return store.deployments.hasDigest(id, 'directory', digest)
  return runningDigest === digest && (await store.deployments.findLast(id))?.digest === digest
}

const toApp = (
  { now, newId }: DeployDeps,
  directory: AppDirectory,
  running: App | undefined,
): App => {
  const id = running?.id ?? newId()
  const { name, clientAppId, providers, ...rest } = directory
  const {
    path: _path,
    secrets: _secrets,
    secretPlaces: _places,
    functionFiles: _files,
    warning: _warning,
    ...parts
  } = rest
  return {
    ...parts,
    id,
    clientAppId: running?.clientAppId ?? clientAppId ?? `${name}-${randomLetters(5)}`,
    name,
    providers: providers.map(provider => ({ id: toProviderId(id, provider.type), ...provider })),
    deployedAt: now(),
  }
}

/** The same over all deployments, also when a provider was taken out and comes back. */
const toProviderId = (appId: string, type: ProviderType): string =>
  createHash('sha256').update(`${appId}/${type}`).digest('hex').slice(0, 24)

const countDeployment = async (
  { store, now, newId }: DeployDeps,
  { id: appId, digest }: App,
  origin: Deployment['origin'],
): Promise<number> => {
  while (true) {
    const number = ((await store.deployments.findLast(appId))?.number ?? 0) + 1
    const deployment = { id: newId(), appId, number, digest, origin, deployedAt: now() }
    if (await store.deployments.insert(deployment)) return number
  }
}
