import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ObjectId } from 'bson'
import { openActivity } from '../../src/activity/activity.ts'
import { openLogs } from '../../src/activity/open-logs.ts'
import { retentionOf } from '../../src/activity/trim.ts'
import { readConfig } from '../../src/config.ts'
import { answerDataSource } from '../../src/data/answer-functions.ts'
import type { Data } from '../../src/data/data.ts'
import { openLinks } from '../../src/data/links.ts'
import { openData } from '../../src/data/open-data.ts'
import { askFunctions } from '../../src/data/rules/ask-functions.ts'
import { openRules } from '../../src/data/rules/open-judge.ts'
import type { Deps } from '../../src/deps.ts'
import type { Documents } from '../../src/documents/documents.ts'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import type { App, AuthProvider } from '../../src/domain/app.ts'
import { type Functions, openFunctions } from '../../src/functions/functions.ts'
import { openLog } from '../../src/log.ts'
import { openMailbox } from '../../src/mail/mailbox.ts'
import { openAppSecrets } from '../../src/security/app-secrets.ts'
import { openForeignTokens } from '../../src/security/foreign-tokens.ts'
import { openKeyRing } from '../../src/security/key-ring.ts'
import { openKeySets } from '../../src/security/key-sets.ts'
import { openOpenIdProviders } from '../../src/security/openid-providers.ts'
import { openOutbound } from '../../src/security/outbound.ts'
import { openPasswords, type PasswordOptions } from '../../src/security/passwords.ts'
import { openTokens } from '../../src/security/tokens.ts'
import { openStore } from '../../src/store/store.ts'

export const cheapHash: PasswordOptions = { memoryKib: 64, passes: 1 }

export const newId = (): string => new ObjectId().toHexString()

const bareEntry = {
  secretConfig: {},
  metadataFields: [],
  redirectUris: [],
  domainRestrictions: [],
} as const

export const anonymousProvider: AuthProvider = {
  id: '65a0c0ffee00000000000a01',
  type: 'anon-user',
  disabled: false,
  config: {},
  ...bareEntry,
}

export const emailProvider = (config: Readonly<Record<string, unknown>> = {}): AuthProvider => ({
  id: '65a0c0ffee00000000000e01',
  type: 'local-userpass',
  disabled: false,
  config: { autoConfirm: true, ...config },
  ...bareEntry,
})

export const newApp = (change: Partial<App> = {}): App => ({
  id: newId(),
  clientAppId: 'shop-abcde',
  name: 'shop',
  allowedRequestOrigins: [],
  providers: [anonymousProvider, emailProvider()],
  refreshTokenSeconds: 60 * 24 * 60 * 60,
  anonymousDays: 90,
  endSessionsOnPasswordChange: true,
  mail: {},
  functions: [],
  values: [],
  environment: { tag: '', values: {} },
  triggers: [],
  dataSources: [],
  digest: '',
  deployedAt: 0,
  ...change,
})

export type DepsOptions = {
  /** An open store of documents to use in place of a new one; the caller closes it. */
  readonly documents?: Documents
  readonly masterKey?: Uint8Array
  readonly passwords?: PasswordOptions
  /** The time to start at. Default the system's. */
  readonly now?: number
  /** The data folder, where data sources have their files. Default the working directory's `.regent`. */
  readonly folder?: string
}

/** Everything a use-case needs, over a given store of documents. */
export const depsOver = async (
  documents: Documents,
  {
    masterKey = randomBytes(32),
    passwords = cheapHash,
    now = Date.now(),
    folder,
  }: DepsOptions = {},
) => {
  let time = now
  const store = await openStore(documents)
  const lines: string[] = []
  const log = openLog({
    level: 'debug',
    to: {
      write: line => {
        lines.push(line)
      },
    },
  })
  const config = { ...readConfig({}), publicUrl: 'http://localhost:9090' }
  const clock = () => time
  const secrets = await openKeyRing({ store, masterKeys: async () => [masterKey], now: clock })
  const outbound = openOutbound({ privateAddresses: ['127.0.0.1', '::1'] })
  const appSecrets = openAppSecrets({ store, secrets, now: clock })
  const data: Data = openData({
    folder: folder ?? config.data,
    documents,
    log,
    now: clock,
    appSecrets,
    functions: { run: (app, call) => functions.run(app, call) },
    links: openLinks({ given: config.dataSourceLinks, appSecrets }),
    rules: openRules({
      readSecret: (appId, name) => appSecrets.read(appId, name),
      callFunction: askFunctions({ run: (app, call) => functions.run(app, call) }, (app, userId) =>
        data.readCustomData(app, userId),
      ),
      readCustomData: (app, userId) => data.readCustomData(app, userId),
    }),
    secrets,
    findApp: store.apps.findById,
    findUser: async (_appId, userId) => store.users.findById(userId),
  })
  const functions: Functions = openFunctions({
    config,
    log,
    now: clock,
    appSecrets,
    outbound,
    findUser: async (_appId, userId) => store.users.findById(userId),
    customDataOf: data.readCustomData,
    dataSource: answerDataSource(data),
  })
  const deps: Deps = {
    config,
    store,
    log,
    now: clock,
    newId,
    secrets,
    passwords: openPasswords(passwords),
    tokens: openTokens({ store, secrets, now: clock, publicUrl: config.publicUrl }),
    mailer: openMailbox({ mailbox: store.mailbox, log, now: clock, newId }),
    appSecrets,
    outbound,
    openIdProviders: openOpenIdProviders({ outbound, now: clock, log }),
    foreignTokens: openForeignTokens({
      keySets: openKeySets({ outbound, now: clock, log }),
      now: clock,
    }),
    functions,
    data,
    activity: openActivity({
      openLogs: async () => {
        const logsFolder = folder ?? (await mkdtemp(join(tmpdir(), 'regent-test-')))
        return openLogs({ folder: logsFolder, documents })()
      },
      retention: retentionOf(config),
      log,
      now: clock,
    }),
  }
  return {
    deps,
    store,
    lines,
    advance: (ms: number): void => {
      time += ms
    },
    deploy: async (app: App): Promise<App> => {
      if (!(await store.apps.put(app))) throw new Error('the client app id is taken')
      return app
    },
  }
}

export type TestDeps = Awaited<ReturnType<typeof depsOver>> &
  AsyncDisposable & {
    /** Writes to the store so far. */
    writes(): number
  }

/** Real parts over a fresh store in a folder of its own, which goes with it. */
export const openDeps = async (options: DepsOptions = {}): Promise<TestDeps> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-test-'))
  const documents = await openEmbedded({ path: join(folder, 'system.db') })
  const over = await depsOver(documents, { folder, ...options })
  return {
    ...over,
    writes: () => documents.stats().writes,
    [Symbol.asyncDispose]: async () => {
      await over.deps.activity.close()
      await over.deps.functions.close()
      await over.deps.data.close()
      await documents.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
