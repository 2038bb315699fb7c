import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { ProviderType } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App, ItemId } from '../domain/app.ts'
import type { Operator } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import { randomLetters } from '../security/random.ts'
import type { Deployment } from '../store/deployments.ts'
import { countDeployment } from './count-deployment.ts'
import { keepFiles, treeOf } from './definition/kept-files.ts'
import { type AppDirectory, DirectoryError, type DirectoryProblem } from './directory.ts'
import { findMissingSecrets, writeSecrets } from './secrets.ts'

export type DeployOptions = {
  /** Default `directory`. */
  readonly origin?: Deployment['origin']
  /** Who asks for it; nobody when the server does at its start. */
  readonly by?: Operator
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

export type DeployDeps = Pick<
  Deps,
  'store' | 'now' | 'newId' | 'log' | 'appSecrets' | 'functions' | 'config' | 'data'
>

/**
 * Deploys a directory, whole or not at all: its files are kept and what its functions need is made first, and the app is
 * one document. A crash before the deployment was counted leaves the app deployed, and the next call counts it.
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
  { origin = 'directory', when = 'never-deployed', by }: DeployOptions,
): Promise<DeployResult> => {
  while (true) {
    const running = await findRunning(deps, directory)
    if (running && (await isSettled(deps, running, { directory, when }))) {
      const outcome = runs(running, directory) ? 'unchanged' : 'store-newer'
      await writeSecrets(deps, running, directory.secrets)
      return { app: running, outcome, number: await countDeployment(deps, running) }
    }
    const app = await putDirectory(deps, directory, { running, origin, ...(by && { by }) })
    if (app) return { app, outcome: 'deployed', number: app.deployment?.number ?? 0 }
  }
}

export type PutOptions = {
  /** The app as it is in the store; `undefined` for a new one. */
  readonly running: App | undefined
  readonly origin: Deployment['origin']
  readonly by?: Operator
  readonly itemIds?: readonly ItemId[]
  readonly draftId?: string
  /** What the operator calls it. */
  readonly name?: string
}

/**
 * Puts a checked directory in the place of what runs. Resolves `undefined`, having changed nothing, when something else
 * was deployed meanwhile.
 *
 * @throws DirectoryError as `deployApp`
 */
export const putDirectory = async (
  deps: DeployDeps,
  directory: AppDirectory,
  options: PutOptions,
): Promise<App | undefined> => {
  const { running } = options
  const { store } = deps
  const app = await checkDirectory(deps, directory, options)
  const tree = directory.files && (await keepFiles(deps, app.id, directory.files))
  const whole: App = tree === undefined ? app : { ...app, tree }
  if (running) await writeSecrets(deps, whole, directory.secrets)
  const isPut = running
    ? await store.apps.replace(whole, running.deployment?.number)
    : await insertApp(deps, whole)
  if (!isPut) return undefined
  if (!running) await writeSecrets(deps, whole, directory.secrets)
  await countDeployment(deps, whole)
  await deps.data.prepareCustomData(whole)
  return whole
}

/**
 * The app that a directory would make. Packages of its functions are installed, nothing else is done.
 *
 * @throws DirectoryError as `deployApp`
 */
export const checkDirectory = async (
  deps: DeployDeps,
  directory: AppDirectory,
  options: PutOptions,
): Promise<App> => {
  const { running } = options
  const counted = running ? await countDeployment(deps, running) : 0
  const app = toApp(deps, directory, { ...options, number: counted + 1 })
  const problems = [
    ...(await findMissingSecrets(deps, directory, running?.id)),
    ...(await prepareFunctions(deps, app, { directory, running })),
  ]
  if (problems.length > 0) throw new DirectoryError(directory.path, problems)
  return app
}

/**
 * Adds an app, unless its client app id is taken.
 *
 * @throws `appLeaving` while something of a deleted app of that client app id is left
 */
export const insertApp = async ({ store }: Pick<Deps, 'store'>, app: App): Promise<boolean> => {
  const { id, clientAppId } = app
  if (await store.leavingApps.findByClientAppId(clientAppId)) {
    throw new AppError('appLeaving', { clientAppId })
  }
  if (!(await store.apps.insert(app))) return false
  if (!(await store.leavingApps.findByClientAppId(clientAppId))) return true
  await store.apps.remove(id)
  throw new AppError('appLeaving', { clientAppId })
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

/**
 * The app that a directory belongs to, as it is in the store now.
 *
 * @throws DirectoryError when several apps have the name of a directory without `app_id`
 */
export const findRunning = async (
  { store }: Pick<Deps, 'store'>,
  { path, clientAppId, name }: Pick<AppDirectory, 'path' | 'clientAppId' | 'name'>,
): Promise<App | undefined> => {
  if (clientAppId !== undefined) return store.apps.readByClientAppId(clientAppId)
  const named = (await store.apps.list()).filter(app => app.name === name)
  if (named.length > 1) {
    const ids = named.map(app => app.clientAppId).join(', ')
    const message = `is missing: there are several apps named "${name}" (${ids}), put the one that is meant here`
    throw new DirectoryError(path, [{ file: 'root_config.json', field: 'app_id', message }])
  }
  return named[0]
}

/** Packages are installed and sources compiled before anything changes. */
const prepareFunctions = async (
  { functions, log }: DeployDeps,
  app: App,
  { directory, running }: { directory: AppDirectory; running: App | undefined },
): Promise<DirectoryProblem[]> => {
  const { path, functionFiles = {} } = directory
  const { functionPackages } = app
  if (functionPackages && !isDeepStrictEqual(functionPackages, running?.functionPackages)) {
    log.info('installing the packages of functions', { app: app.clientAppId, directory: path })
  }
  const problems = await functions.prepare(app, { areChecked: directory.files !== undefined })
  return problems.map(({ name, line, column, message }) => ({
    file:
      name === 'package.json'
        ? 'functions/package.json'
        : (functionFiles[name] ?? `functions/${name}.js`),
    ...(line !== undefined && { line, column: column ?? 1 }),
    message,
  }))
}

const treeOfDirectory = ({ files }: AppDirectory): string | undefined => files && treeOf(files)

/** True when the app is what the directory makes. */
export const runs = (running: App, directory: AppDirectory): boolean =>
  running.tree === undefined
    ? running.digest === directory.digest
    : running.tree === treeOfDirectory(directory)

const isSettled = async (
  { store }: DeployDeps,
  running: App,
  { directory, when }: { readonly directory: AppDirectory; readonly when: DeployOptions['when'] },
): Promise<boolean> => {
  if (when === 'not-running') return runs(running, directory) && hasDeployment(running)
  const { id } = running
  await countDeployment({ store }, running)
  const before = await store.deployments.listByDigest(id, 'directory', directory.digest)
  const own = treeOfDirectory(directory)
  return before.some(({ tree }) => tree === undefined || tree === own)
}

const hasDeployment = ({ deployment }: App): boolean => deployment !== undefined

const toApp = (
  { now, newId }: DeployDeps,
  directory: AppDirectory,
  { running, number, origin, by, ...options }: PutOptions & { readonly number: number },
): App => {
  const id = running?.id ?? newId()
  const { name, clientAppId, providers, ...rest } = directory
  const {
    path: _path,
    files: _files,
    secrets: _secrets,
    secretPlaces: _places,
    functionFiles: _functionFiles,
    warning: _warning,
    ...parts
  } = rest
  const itemIds = options.itemIds ?? running?.itemIds
  return {
    ...parts,
    id,
    clientAppId: running?.clientAppId ?? clientAppId ?? `${name}-${randomLetters(5)}`,
    name,
    providers: providers.map(provider => ({ id: toProviderId(id, provider.type), ...provider })),
    deployedAt: now(),
    ...(itemIds && { itemIds }),
    deployment: {
      id: newId(),
      number,
      origin,
      ...(by && { by: { id: by.id, name: by.name } }),
      ...(options.draftId !== undefined && { draftId: options.draftId }),
      ...(options.name !== undefined && { name: options.name }),
    },
  }
}

/** The same over all deployments, also when a provider was taken out and comes back. */
export const toProviderId = (appId: string, type: ProviderType): string =>
  createHash('sha256').update(`${appId}/${type}`).digest('hex').slice(0, 24)
