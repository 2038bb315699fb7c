import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { givenLink, linkVariable } from '../domain/source-link.ts'
import { secretVariable } from '../security/given-secrets.ts'
import type { AppDirectory, DirectoryProblem, SecretPlace } from './directory.ts'

type SecretDeps = Pick<Deps, 'appSecrets'>
type MissingDeps = Pick<Deps, 'appSecrets' | 'config'>

const howToGive = (name: string): string =>
  `give it in secrets.json, with --secrets <file.json>, or as ${secretVariable(name)}`

const orLink = (dataSource: string | undefined): string =>
  dataSource === undefined ? '' : `, or start this server with ${linkVariable(dataSource)}`

/** Names of all secrets that a deployed app reads. */
export const secretNamesOf = ({ providers, values, dataSources }: App): string[] => [
  ...new Set([
    ...providers.flatMap(({ secretConfig }) => Object.values(secretConfig).flat()),
    ...values.filter(({ fromSecret }) => fromSecret).map(({ value }) => String(value)),
    ...dataSources.flatMap(({ link }) => (link.kind === 'secret' ? [link.name] : [])),
  ]),
]

/** Secrets that the directory needs and nobody gave, now or before; `appId` is that of an app that runs already. */
export const findMissingSecrets = async (
  { appSecrets, config }: MissingDeps,
  { secrets, secretPlaces }: Pick<AppDirectory, 'secrets' | 'secretPlaces'>,
  appId: string | undefined,
): Promise<DirectoryProblem[]> => {
  const kept = appId === undefined ? [] : await appSecrets.list(appId)
  const isGiven = ({ name, dataSource }: SecretPlace): boolean =>
    (dataSource !== undefined && givenLink(config.dataSourceLinks, dataSource) !== undefined) ||
    Object.hasOwn(secrets, name) ||
    appSecrets.given(name) !== undefined ||
    kept.includes(name)
  return secretPlaces
    .filter(place => !isGiven(place))
    .map(({ name, file, field, dataSource }) => ({
      file,
      field,
      message: `names the secret "${name}", which has no value: ${howToGive(name)}${orLink(dataSource)}`,
    }))
}

/** Keeps the values that a directory brings, and those that the operator gave for names of the app. */
export const writeSecrets = async (
  deps: SecretDeps,
  app: App,
  brought: Readonly<Record<string, string>> = {},
): Promise<void> => {
  for (const name of new Set([...Object.keys(brought), ...secretNamesOf(app)])) {
    const value = deps.appSecrets.given(name) ?? (Object.hasOwn(brought, name) && brought[name])
    if (typeof value !== 'string') continue
    if ((await deps.appSecrets.read(app.id, name)) === value) continue
    await deps.appSecrets.write(app.id, name, value)
  }
}
