import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../src/config.ts'
import { prefixedNaming } from '../src/data/sources/naming.ts'
import type { Deps } from '../src/deps.ts'
import type { App } from '../src/domain/app.ts'
import { logsDatabaseOf, serverDatabaseOf } from '../src/domain/mongodb-address.ts'
import { type RunningServer, type ServerOptions, startServer } from '../src/server.ts'
import type { KeptLetter } from '../src/store/mailbox.ts'
import { buildDirectory, type TestApp } from './build-directory.ts'
import { dropDatabases, testStoreOf } from './test-cluster.ts'

export type TestServerOptions = {
  /** The app; a list when a test needs several. Default one app with anonymous and e-mail log-in. */
  readonly app?: TestApp | readonly TestApp[]
  /** Settings that differ from those of tests: a free port and a cheap password hash. */
  readonly settings?: Partial<Config>
  /** A data folder to use and to leave there. Default a fresh one, removed at the end. */
  readonly dataDir?: string
  /** Opens the server's documents in another way than the server would. */
  readonly openDocuments?: NonNullable<ServerOptions['openDocuments']>
}

export type TestRequest = {
  /** Sent as JSON, with `content-type: application/json`. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array
  readonly bearer?: string
  readonly headers?: Readonly<Record<string, string>>
}

export type TestServer = {
  readonly url: string
  /** The first app. */
  readonly app: App
  readonly apps: readonly App[]
  readonly deps: Deps
  readonly projectId: string
  readonly operatorKey: string
  readonly dataDir: string
  readonly running: RunningServer
  /** The first app's letters, newest first. */
  mailbox(): Promise<KeptLetter[]>
  /** Moves the server's clock. */
  advance(milliseconds: number): void
  request(method: string, path: string, options?: TestRequest): Promise<Response>
  /** Log lines so far. */
  logs(): Record<string, unknown>[]
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const testConfig = (dataDir: string, settings: Partial<Config>): Config => ({
  ...readConfig({
    REGENT_PORT: '0',
    REGENT_DATA: dataDir,
    REGENT_PASSWORD_MEMORY_KIB: '8',
    REGENT_PASSWORD_PASSES: '1',
    REGENT_PRIVATE_ADDRESSES: '127.0.0.1,::1',
  }),
  ...settings,
})

const send = (
  url: string,
  method: string,
  { json, body, bearer, headers = {} }: TestRequest = {},
): Promise<Response> => {
  const content = json === undefined ? body : JSON.stringify(json)
  return fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...headers,
    },
    ...(content !== undefined && { body: content as NonNullable<RequestInit['body']> }),
  })
}

/** The server's database, and those of its apps' own data sources. */
const dropStore = async (store: string, apps: readonly App[]): Promise<void> => {
  const server = serverDatabaseOf(store)
  const namings = apps.flatMap(({ clientAppId, dataSources }) =>
    dataSources.map(({ name }) => prefixedNaming({ server, clientAppId, source: name })),
  )
  const isOwn = (name: string): boolean => namings.some(own => own.fromStored(name) !== undefined)
  const ofServer = [server, logsDatabaseOf(server)]
  await dropDatabases(store, name => ofServer.includes(name) || isOwn(name))
}

/** A real server on a free port, over a real store in a folder of its own. */
export const startTestServer = async ({
  app = {},
  settings = {},
  dataDir,
  openDocuments,
}: TestServerOptions = {}): Promise<TestServer> => {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'regent-test-')))
  const lines: string[] = []
  let ahead = 0
  const store = openDocuments === undefined ? testStoreOf(folder) : undefined
  const running = await startServer({
    config: testConfig(folder, { ...(store !== undefined && { store }), ...settings }),
    directories: [app].flat().map(one => buildDirectory(one)),
    ...(openDocuments && { openDocuments }),
    now: () => Date.now() + ahead,
    logTo: {
      write: line => {
        lines.push(line)
      },
    },
  })
  const apps = running.deployed.map(result => result.app)
  const first = apps[0] as App
  const dispose = async (): Promise<void> => {
    await running.stop()
    if (dataDir !== undefined) return
    await rm(folder, { recursive: true, force: true })
    if (store !== undefined) await dropStore(store, apps)
  }
  return {
    url: running.url,
    app: first,
    apps,
    deps: running.deps,
    projectId: running.projectId,
    operatorKey: running.operatorKey,
    dataDir: folder,
    running,
    mailbox: () => running.deps.store.mailbox.listByApp(first.id, 50),
    advance: milliseconds => {
      ahead += milliseconds
    },
    request: (method, path, options) => send(`${running.url}${path}`, method, options),
    logs: () => lines.map(line => JSON.parse(line) as Record<string, unknown>),
    stop: () => running.stop(),
    [Symbol.asyncDispose]: dispose,
  }
}
