import { type App, usualRegion } from '../domain/app.ts'
import type { Operator } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import { writeJsonText } from './definition/json-numbers.ts'
import { keepFiles } from './definition/kept-files.ts'
import { fileName } from './definition/render/file-name.ts'
import { checkDirectory, type DeployDeps, insertApp } from './deploy.ts'
import { readAppFiles } from './read-directory.ts'
import { refuseDirectory } from './refuse-directory.ts'

export type NewApp = {
  readonly name: string
  readonly location?: string | null | undefined
  readonly providerRegion?: string | null | undefined
  readonly deploymentModel?: 'GLOBAL' | 'LOCAL' | null | undefined
  readonly environment?: string | null | undefined
  /** The content of its `config.json`. */
  readonly dataSource?: (Readonly<Record<string, unknown>> & { readonly name: string }) | null
}

const environments = ['no-environment', 'development', 'testing', 'qa', 'production']

const filesOf = (app: NewApp): Map<string, Uint8Array> => {
  const environment = app.environment === 'no-environment' ? '' : (app.environment ?? '')
  const json: Record<string, unknown> = {
    'root_config.json': {
      config_version: 20210101,
      name: app.name,
      location: app.location || usualRegion.location,
      provider_region: app.providerRegion || usualRegion.providerRegion,
      deployment_model: app.deploymentModel ?? usualRegion.deploymentModel,
      environment,
    },
    'auth/providers.json': { 'api-key': { name: 'api-key', type: 'api-key', disabled: true } },
    'auth/custom_user_data.json': { enabled: false },
    'functions/config.json': [],
    'http_endpoints/config.json': [],
    ...Object.fromEntries(environments.map(name => [`environments/${name}.json`, { values: {} }])),
  }
  const { dataSource } = app
  if (dataSource) json[`data_sources/${fileName(dataSource.name)}/config.json`] = dataSource
  return new Map(
    Object.entries(json).map(([path, value]) => [path, Buffer.from(writeJsonText(value))]),
  )
}

/**
 * Makes an app with nothing in it but an auth provider for API keys that is off. It has no deployment until something
 * is deployed or changed.
 *
 * @throws `fieldInvalid` for a name that no app may have, `deploymentRefused` for the rest
 */
export const createApp = (deps: DeployDeps, given: NewApp, by: Operator): Promise<App> => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(given.name)) {
    const detail = "'name' must be 1 to 32 letters, digits, _ or -, a letter or digit first"
    throw new AppError('fieldInvalid', { detail })
  }
  return refuseDirectory(deps, async () => {
    const files = filesOf(given)
    while (true) {
      const directory = await readAppFiles(given.name, files)
      const checked = await checkDirectory(deps, directory, {
        running: undefined,
        origin: 'change',
      })
      const { deployment: _none, ...app } = checked
      const root = { ...JSON.parse(Buffer.from(files.get('root_config.json') ?? '').toString()) }
      const { config_version, ...rest } = root
      const named = { config_version, app_id: app.clientAppId, ...rest }
      files.set('root_config.json', Buffer.from(writeJsonText(named)))
      const tree = await keepFiles(deps, app.id, files)
      if (!(await insertApp(deps, { ...app, tree }))) continue
      deps.log.info('app made', { app: app.clientAppId, by: by.name })
      return { ...app, tree }
    }
  })
}
