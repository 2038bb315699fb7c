import { createHash } from 'node:crypto'
import type { ProviderType } from '@regent/protocol'
import type { AppDirectory, DirectoryProvider } from '../src/apps/directory.ts'
import type { CollectionRules, CustomUserData, DataSource } from '../src/domain/data-source.ts'
import type { AppFunction } from '../src/domain/function.ts'

/** An auth provider, by its name alone or with its config. */
export type TestProvider =
  | ProviderType
  | {
      readonly type: ProviderType
      readonly disabled?: boolean
      readonly config?: Readonly<Record<string, unknown>>
      readonly secretConfig?: DirectoryProvider['secretConfig']
      readonly metadataFields?: DirectoryProvider['metadataFields']
      readonly redirectUris?: DirectoryProvider['redirectUris']
      readonly domainRestrictions?: DirectoryProvider['domainRestrictions']
    }

/** A function by its source alone, or with what its manifest says. */
export type TestFunction = string | ({ readonly source: string } & Partial<AppFunction>)

/** A data source by its name alone, or with what is not as usual. Alone it lets every user do everything. */
export type TestDataSource = string | ({ readonly name: string } & Partial<DataSource>)

/** What a test says about its app; everything else is as a new app has it. */
export type TestApp = {
  /** Default `test-aaaaa`. */
  readonly clientAppId?: string
  /** Default the client app id without its last part. */
  readonly name?: string
  /** Default `anon-user`, and `local-userpass` with automatic confirmation. */
  readonly providers?: readonly TestProvider[]
  readonly allowedRequestOrigins?: readonly string[]
  readonly refreshTokenSeconds?: number
  readonly anonymousDays?: number
  readonly deletionGraceDays?: number
  readonly mail?: AppDirectory['mail']
  readonly endSessionsOnPasswordChange?: boolean
  readonly migration?: AppDirectory['migration']
  /** By name. */
  readonly functions?: Readonly<Record<string, TestFunction>>
  readonly functionPackages?: AppDirectory['functionPackages']
  /** Values by name; those of secrets are given in `secrets`. */
  readonly values?: Readonly<Record<string, unknown>>
  readonly environment?: AppDirectory['environment']
  readonly triggers?: AppDirectory['triggers']
  readonly userCreationFunctionName?: string
  readonly dataSources?: readonly TestDataSource[]
  readonly customUserData?: CustomUserData
  /** Values of secrets by name. */
  readonly secrets?: Readonly<Record<string, string>>
}

const toProvider = (provider: TestProvider): DirectoryProvider => {
  const given = typeof provider === 'string' ? { type: provider } : provider
  const standard = given.type === 'local-userpass' ? { autoConfirm: true } : {}
  return {
    disabled: false,
    config: standard,
    secretConfig: {},
    metadataFields: [],
    redirectUris: [],
    domainRestrictions: [],
    ...given,
  }
}

const toFunction = ([name, given]: [string, TestFunction]): AppFunction => ({
  name,
  private: false,
  canEvaluate: {},
  disableArgLogs: false,
  runAsSystem: false,
  ...(typeof given === 'string' ? { source: given } : given),
})

const everything: NonNullable<DataSource['defaultRule']> = {
  roles: [
    {
      name: 'all',
      applyWhen: {},
      read: true,
      write: true,
      insert: true,
      delete: true,
      search: true,
    },
  ],
  filters: [],
}

const toDataSource = (given: TestDataSource): DataSource => ({
  link: { kind: 'own' },
  rules: [] satisfies CollectionRules[],
  ...(typeof given === 'string' ? { name: given, defaultRule: everything } : given),
})

/** The app directory that a test's app would come from. */
export const buildDirectory = (app: TestApp = {}): AppDirectory => {
  const { clientAppId = 'test-aaaaa', providers = ['anon-user', 'local-userpass'] } = app
  return {
    path: `/test/${clientAppId}`,
    digest: createHash('sha256').update(JSON.stringify(app)).digest('hex'),
    clientAppId,
    name: app.name ?? clientAppId.replace(/-[^-]*$/, ''),
    allowedRequestOrigins: app.allowedRequestOrigins ?? [],
    providers: providers.map(toProvider),
    refreshTokenSeconds: app.refreshTokenSeconds ?? 5_184_000,
    anonymousDays: app.anonymousDays ?? 90,
    deletionGraceDays: app.deletionGraceDays ?? 0,
    endSessionsOnPasswordChange: app.endSessionsOnPasswordChange ?? true,
    ...(app.migration && { migration: app.migration }),
    mail: app.mail ?? {},
    functions: Object.entries(app.functions ?? {}).map(toFunction),
    ...(app.functionPackages && { functionPackages: app.functionPackages }),
    values: Object.entries(app.values ?? {}).map(([name, value]) => ({
      name,
      value,
      fromSecret: false,
    })),
    environment: app.environment ?? { tag: '', values: {} },
    triggers: app.triggers ?? [],
    ...(app.userCreationFunctionName !== undefined && {
      userCreationFunctionName: app.userCreationFunctionName,
    }),
    dataSources: (app.dataSources ?? []).map(toDataSource),
    ...(app.customUserData && { customUserData: app.customUserData }),
    secrets: app.secrets ?? {},
    secretPlaces: [],
    warning: undefined,
  }
}
