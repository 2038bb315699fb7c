import { createHash } from 'node:crypto'
import type { ProviderType } from '@regent/protocol'
import type { AppDirectory } from '../src/apps/directory.ts'

/** An auth provider, by its name alone or with its config. */
export type TestProvider =
  | ProviderType
  | {
      readonly type: ProviderType
      readonly disabled?: boolean
      readonly config?: Readonly<Record<string, unknown>>
    }

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
  readonly mail?: AppDirectory['mail']
}

const toProvider = (provider: TestProvider): AppDirectory['providers'][number] => {
  const {
    type,
    disabled = false,
    config,
  } = typeof provider === 'string' ? { type: provider } : provider
  const standard = type === 'local-userpass' ? { autoConfirm: true } : {}
  return { type, disabled, config: config ?? standard }
}

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
    mail: app.mail ?? {},
    warning: undefined,
  }
}
