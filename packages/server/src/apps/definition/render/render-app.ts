import {
  type App,
  type AuthProvider,
  defaultAnonymousDays,
  defaultRefreshTokenSeconds,
  type MailTemplate,
  type Migration,
} from '../../../domain/app.ts'
import type { AppFunction } from '../../../domain/function.ts'
import type { AuthTrigger } from '../../../domain/trigger.ts'
import type { AppFiles } from '../definition.ts'
import { writeJsonText } from '../json-numbers.ts'
import { fileName } from './file-name.ts'
import { renderSource } from './render-source.ts'

type Json = readonly (readonly [path: string, value: unknown])[]
type Texts = readonly (readonly [path: string, text: string])[]

/** The members that say something. */
const filled = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      if (value === undefined || value === null) return false
      return typeof value !== 'object' || Object.keys(value).length > 0
    }),
  )

const rootFile = ({ clientAppId, name, region, environment, ...app }: App): unknown => ({
  config_version: 20210101,
  app_id: clientAppId,
  name,
  ...filled({
    location: region?.location,
    provider_region: region?.providerRegion,
    deployment_model: region?.deploymentModel,
  }),
  environment: environment.tag,
  ...filled({ allowed_request_origins: app.allowedRequestOrigins }),
})

const modes = {
  confirmationFunctionName: 'runConfirmationFunction',
  resetFunctionName: 'runResetFunction',
} as const

/** A mode of `local-userpass` is on when its function is named. */
const providerConfig = ({ type, config }: AuthProvider): Record<string, unknown> => {
  if (type !== 'local-userpass') return { ...config }
  const on = Object.entries(modes).map(([name, mode]) => [mode, name in config])
  return { ...config, ...Object.fromEntries(on) }
}

const provider = (given: AuthProvider): unknown => ({
  name: given.type,
  type: given.type,
  disabled: given.disabled,
  ...filled({
    config: providerConfig(given),
    secret_config: given.secretConfig,
    metadata_fields: given.metadataFields.map(({ required, name, fieldName }) => ({
      required,
      name,
      field_name: fieldName,
    })),
    redirect_uris: given.redirectUris,
    domain_restrictions: given.domainRestrictions,
  }),
})

const customUserData = ({ customUserData: kept, userCreationFunctionName }: App): unknown => {
  const creation = { on_user_creation_function_name: userCreationFunctionName }
  if (!kept) return userCreationFunctionName ? creation : { enabled: false }
  return filled({
    enabled: true,
    mongo_service_name: kept.source,
    database_name: kept.database,
    collection_name: kept.collection,
    user_id_field: kept.userIdField,
    ...creation,
  })
}

const manifest = (given: AppFunction): unknown => ({
  name: given.name,
  private: given.private,
  ...filled({
    can_evaluate: given.canEvaluate,
    disable_arg_logs: given.disableArgLogs || undefined,
    run_as_system: given.runAsSystem || undefined,
    run_as_user_id: given.runAsUserId,
    run_as_user_id_script_source: given.runAsUserIdScriptSource,
  }),
})

const trigger = (given: AuthTrigger): unknown => ({
  name: given.name,
  type: 'AUTHENTICATION',
  disabled: given.disabled,
  config: { operation_type: given.operationTypes, providers: given.providers },
  event_processors: { FUNCTION: { config: { function_name: given.functionName } } },
})

const environments = ({ environment: { tag, values } }: App): Json =>
  ['no-environment', 'development', 'testing', 'qa', 'production'].map(name => [
    `environments/${name}.json`,
    { values: name === (tag || 'no-environment') ? values : {} },
  ])

const migration = ({ functionName, url, secretName, sendsLetters }: Migration): object => ({
  ...(functionName !== undefined && { function: functionName }),
  ...(url !== undefined && { url }),
  ...(secretName !== undefined && { secret: secretName }),
  ...(sendsLetters && { letters: true }),
})

const regentSettings = (app: App): Json => {
  const said = {
    ...(app.refreshTokenSeconds !== defaultRefreshTokenSeconds && {
      refreshTokenSeconds: app.refreshTokenSeconds,
    }),
    ...(app.anonymousDays !== defaultAnonymousDays && { anonymousDays: app.anonymousDays }),
    ...(app.deletionGraceDays && { deletionGraceDays: app.deletionGraceDays }),
    ...(!app.endSessionsOnPasswordChange && { endSessionsOnPasswordChange: false }),
    ...(app.accessList && { accessList: app.accessList }),
    ...(app.migration && { migration: migration(app.migration) }),
  }
  return Object.keys(said).length > 0 ? [['regent.json', said]] : []
}

const letter = (name: string, { subject, text, html }: MailTemplate = {}): Texts =>
  Object.entries({ subject, txt: text, html }).flatMap(([ending, content]) =>
    content === undefined ? [] : [[`mail/${name}.${ending}`, content] as const],
  )

const packages = ({ functionPackages }: App): Texts => {
  if (!functionPackages) return []
  const { packageJson, lockfile } = functionPackages
  return [
    ['functions/package.json', packageJson],
    ...(lockfile === undefined ? [] : [['functions/package-lock.json', lockfile] as const]),
  ]
}

/** The directory that an app would come from, of the current layout, made from its configuration. */
export const renderApp = (app: App): AppFiles => {
  const json: Json = [
    ['root_config.json', rootFile(app)],
    [
      'auth/providers.json',
      Object.fromEntries(app.providers.map(one => [one.type, provider(one)])),
    ],
    ['auth/custom_user_data.json', customUserData(app)],
    ['functions/config.json', app.functions.map(manifest)],
    ...environments(app),
    ...app.values.map(
      ({ name, value, fromSecret }) =>
        [`values/${fileName(name)}.json`, { name, value, from_secret: fromSecret }] as const,
    ),
    ...app.triggers.map(one => [`triggers/${fileName(one.name)}.json`, trigger(one)] as const),
    ...app.dataSources.flatMap(renderSource),
    ...(app.httpServices ?? []).map(
      name =>
        [`services/${fileName(name)}/config.json`, { name, type: 'http', config: {} }] as const,
    ),
    ...regentSettings(app),
  ]
  const texts: Texts = [
    ...json.map(([path, value]) => [path, writeJsonText(value)] as const),
    ...app.functions.map(({ name, source }) => [`functions/${name}.js`, source] as const),
    ...packages(app),
    ...letter('confirm', app.mail.confirm),
    ...letter('reset', app.mail.reset),
  ]
  return new Map(texts.map(([path, text]) => [path, Buffer.from(text)]))
}
