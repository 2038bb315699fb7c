import { ObjectId } from 'bson'
import { type Activity, openActivity } from './activity/activity.ts'
import { storeSeries } from './activity/metrics/store-series.ts'
import { noteLetters } from './activity/note-letters.ts'
import { openLogs } from './activity/open-logs.ts'
import { retentionOf } from './activity/trim.ts'
import type { Config, RunningConfig } from './config.ts'
import { answerDataSource } from './data/answer-functions.ts'
import type { Data } from './data/data.ts'
import { openLinks } from './data/links.ts'
import { openData } from './data/open-data.ts'
import { askFunctions } from './data/rules/ask-functions.ts'
import { openRules } from './data/rules/open-judge.ts'
import type { Deps } from './deps.ts'
import type { Documents } from './documents/documents.ts'
import { openEmbedded } from './documents/embedded/index.ts'
import type { RemoteWriters } from './documents/embedded/processes/follower.ts'
import type { User } from './domain/user.ts'
import { type Functions, openFunctions } from './functions/functions.ts'
import type { Log } from './log.ts'
import { openMailbox } from './mail/mailbox.ts'
import type { Mailer } from './mail/mailer.ts'
import { openSmtp } from './mail/smtp.ts'
import { openAppSecrets } from './security/app-secrets.ts'
import { openForeignTokens } from './security/foreign-tokens.ts'
import type { GivenSecrets } from './security/given-secrets.ts'
import { openKeyRing } from './security/key-ring.ts'
import { openKeySets } from './security/key-sets.ts'
import { readMasterKeys } from './security/master-keys.ts'
import { openOpenIdProviders } from './security/openid-providers.ts'
import { openOutbound } from './security/outbound.ts'
import { openPasswords } from './security/passwords.ts'
import { openTokens } from './security/tokens.ts'
import { readProjectId } from './store/project.ts'
import { openStore, type Store, systemDatabase } from './store/store.ts'

/** What has to be closed, in the order it was opened. */
export type Closers = (() => unknown)[]

/** Closes what was opened, last first, whatever fails. @throws AggregateError */
export const closeAll = async (closers: Closers): Promise<void> => {
  const problems: unknown[] = []
  for (const close of closers.splice(0).reverse()) {
    try {
      await close()
    } catch (error) {
      problems.push(error)
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, 'not everything could be closed')
}

const openMailer = (
  config: Config,
  options: { store: Store; log: Log; now: () => number; newId: () => string },
): Mailer =>
  config.mail === undefined
    ? openMailbox({ mailbox: options.store.mailbox, ...options })
    : openSmtp({ url: config.mail, from: config.mailFrom })

export type Opening = {
  readonly folder: string
  readonly config: RunningConfig
  readonly documents: Documents
  readonly log: Log
  readonly now: () => number
  readonly givenSecrets: GivenSecrets
  readonly closers: Closers
  /** Writes of files that another process owns. */
  readonly writers?: RemoteWriters | undefined
}

/** Functions have connections of their own, so that none is taken from log-ins. */
const openOutbounds = ({ privateAddresses }: RunningConfig, closers: Closers) => {
  const outbound = openOutbound({ privateAddresses })
  const outboundOfFunctions = openOutbound({ privateAddresses, namesAtATime: 1 })
  closers.push(
    () => outbound.close(),
    () => outboundOfFunctions.close(),
  )
  return { outbound, outboundOfFunctions }
}

const findUserOf =
  ({ users }: Store) =>
  async (appId: string, userId: string): Promise<User | undefined> => {
    const user = await users.findById(userId)
    return user?.appId === appId && !user.deleting && user.deletesAt === undefined
      ? user
      : undefined
  }

/** Everything that use-cases may touch, and the one project that all apps of the store are of. */
export type Opened = { readonly deps: Deps; readonly projectId: string }

/** What must be closed goes on the list. */
export const openDeps = async (opening: Opening): Promise<Opened> => {
  const { folder, config, documents, log, now, givenSecrets, closers, writers } = opening
  const newId = (): string => new ObjectId().toHexString()
  const store = await openStore(documents)
  const masterKeys = () => readMasterKeys(folder, config)
  const secrets = await openKeyRing({ store, masterKeys, now })
  const projectId = await readProjectId(systemDatabase(documents), { newId, secrets })
  const passwords = openPasswords({
    memoryKib: config.passwordMemoryKib,
    passes: config.passwordPasses,
    memoryBudgetMib: config.hashMemoryMib,
    processes: config.workers,
  })
  closers.push(() => passwords.close())
  const tokens = openTokens({ store, secrets, now, publicUrl: config.publicUrl })
  const activity: Activity = openActivity({
    openLogs: openLogs({ folder, documents, writers }),
    retention: retentionOf(config),
    log,
    now,
  })
  closers.push(() => activity.close())
  activity.metrics.add(storeSeries(documents, passwords, writers === undefined))
  const mailer = noteLetters(openMailer(config, { store, log, now, newId }), activity)
  closers.push(() => mailer.close())
  const appSecrets = openAppSecrets({ store, secrets, now, given: givenSecrets.find })
  const { outbound, outboundOfFunctions } = openOutbounds(config, closers)
  const keySets = openKeySets({ outbound, now, log })
  const foreignTokens = openForeignTokens({ keySets, now })
  const openIdProviders = openOpenIdProviders({ outbound, now, log })
  const data: Data = openData({
    folder,
    documents,
    log,
    now,
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
    mostHeldBytes: config.heldDataMib * 1024 * 1024,
    findApp: store.apps.findById,
    findUser: findUserOf(store),
    openFile: path => openEmbedded({ path, changeLog: true, ...(writers && { writers }) }),
  })
  closers.push(() => data.close())
  const functions: Functions = openFunctions({
    config: { ...config, data: folder },
    log,
    activity,
    now,
    appSecrets,
    outbound: outboundOfFunctions,
    findUser: findUserOf(store),
    customDataOf: data.readCustomData,
    dataSource: answerDataSource(data),
    projectId,
  })
  closers.push(() => functions.close())
  const deps: Deps = {
    config,
    store,
    log,
    now,
    newId,
    passwords,
    tokens,
    secrets,
    mailer,
    appSecrets,
    outbound,
    foreignTokens,
    openIdProviders,
    functions,
    data,
    activity,
  }
  return { deps, projectId }
}
