import type { App } from '../domain/app.ts'
import { isId } from '../domain/id.ts'
import type { Operator } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import { giveSecrets } from '../security/given-secrets.ts'
import type { AppFiles } from './definition/definition.ts'
import { readFilesOf } from './definition/kept-files.ts'
import { openDefinition } from './definition/open-definition.ts'
import { checkDirectory, type DeployDeps, deployApp, findRunning, runs } from './deploy.ts'
import { diffFiles, type ItemChange } from './diff/diff-files.ts'
import type { AppDirectory } from './directory.ts'
import { rootFiles } from './read/root-file.ts'
import { readAppFiles } from './read-directory.ts'
import { refuseDirectory } from './refuse-directory.ts'

export type PushOptions = {
  /** What messages call the directory; default `the directory sent`. */
  readonly name?: string
  /** The app that is meant, whatever `app_id` the files have. */
  readonly appId?: string
  /** Values of secrets by name. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Variables like `REGENT_SECRET_IDP_KEY`, as whoever pushes has them. */
  readonly secretVariables?: Readonly<Record<string, string>>
  readonly by: Operator
  /** Says what would change and changes nothing. */
  readonly dryRun?: boolean
}

export type Push = {
  /** Absent when a new app is only planned. */
  readonly app?: App
  readonly outcome: 'deployed' | 'unchanged' | 'planned'
  /** Number of the deployment that runs now. */
  readonly number: number
  readonly changes: readonly ItemChange[]
  readonly warnings: readonly string[]
}

/** The files with the `app_id` of the app that is meant. */
const forApp = (files: AppFiles, { id, clientAppId }: App): AppFiles => {
  const definition = openDefinition({ appId: id, clientAppId, files })
  const path = rootFiles.find(name => files.has(name))
  const root = path === undefined ? undefined : definition.readJson(path)
  if (path === undefined || typeof root !== 'object' || root === null) return files
  if ((root as { app_id?: unknown }).app_id === clientAppId) return files
  definition.writeJson(path, { ...root, app_id: clientAppId })
  return definition.files()
}

const readPush = async (
  deps: DeployDeps,
  given: AppFiles,
  { name = 'the directory sent', appId, secrets, secretVariables }: PushOptions,
): Promise<AppDirectory> => {
  const app = isId(appId) ? await deps.store.apps.readById(appId) : undefined
  if (appId !== undefined && !app) throw new AppError('adminAppNotFound', { appId })
  const files = app ? forApp(given, app) : given
  const handed = giveSecrets({
    ...(secretVariables && { variables: secretVariables }),
    ...(secrets && { values: secrets }),
  })
  return readAppFiles(name, files, { handed })
}

/**
 * Deploys an app's directory that came as files, whole or not at all; with `dryRun` it is checked as it would be.
 *
 * @throws `deploymentRefused` with every problem, `adminAppNotFound`
 */
export const pushFiles = (
  deps: DeployDeps,
  files: AppFiles | Readonly<Record<string, string | Uint8Array>>,
  options: PushOptions,
): Promise<Push> =>
  refuseDirectory(deps, async () => {
    const given: AppFiles =
      files instanceof Map
        ? files
        : new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]))
    const directory = await readPush(deps, given, options)
    const warnings = directory.warning === undefined ? [] : [directory.warning]
    const running = await findRunning(deps, directory)
    const before = running ? await readFilesOf(deps, running) : new Map()
    const changes = diffFiles(before, directory.files ?? new Map())
    if (!options.dryRun) {
      const { by } = options
      const result = await deployApp(deps, directory, { origin: 'push', when: 'not-running', by })
      const { app, outcome, number } = result
      return {
        app,
        outcome: outcome === 'deployed' ? outcome : 'unchanged',
        number,
        changes,
        warnings,
      }
    }
    await checkDirectory(deps, directory, { running, origin: 'push' })
    const outcome = running && runs(running, directory) ? 'unchanged' : 'planned'
    const number = running?.deployment?.number ?? 0
    return { ...(running && { app: running }), outcome, number, changes, warnings }
  })
