import { randomBytes } from 'node:crypto'
import { clientPaths, fromEjson, toEjson } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer, testCluster } from '@regent/server/testing'
import { describe, expect } from 'vitest'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import type { DataSource, DataSourceLink, RuleSet } from '../../../src/domain/data-source.ts'
import { logIn, type Refused, refused } from '../../client/clients.ts'

export type Engine = {
  readonly name: 'embedded' | 'mongodb'
  readonly link: DataSourceLink
}

const embedded: Engine = { name: 'embedded', link: { kind: 'own' } }

/** The same tests for data sources on the embedded engine, and on a cluster where there is one to be had. */
export const eachEngine = (name: string, tests: (engine: Engine) => void): void => {
  describe(`${name}, embedded`, () => tests(embedded))
  const link: DataSourceLink = { kind: 'address', address: testCluster ?? 'mongodb://nowhere' }
  const reason = testCluster === undefined ? ' (skipped: no REGENT_TEST_MONGODB_URL)' : ''
  describe.skipIf(testCluster === undefined)(`${name}, MongoDB${reason}`, () =>
    tests({ name: 'mongodb', link }),
  )
}

export const everything: RuleSet = {
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

/** Arguments as clients write them: numbers as they are, or each with its width. */
export const dialects = {
  relaxed: (value: unknown): unknown => value,
  canonical: (value: unknown): unknown => toEjson(fromEjson(value, { promoteValues: false })),
} as const

export type Dialect = keyof typeof dialects

export type Shop = {
  readonly server: TestServer
  readonly bearer: string
  readonly database: string
  /** An operation on the collection, whose answer must be good. */
  run(name: string, args?: object, options?: CallOptions): Promise<unknown>
  refused(name: string, args?: object, options?: CallOptions): Promise<Refused>
  /** Calls a function of the app. */
  callFunction(name: string, ...args: unknown[]): Promise<unknown>
  send(name: string, args: object, options?: CallOptions): Promise<Response>
  [Symbol.asyncDispose](): Promise<void>
}

export type CallOptions = {
  readonly collection?: string
  readonly database?: string
  readonly dialect?: Dialect
  readonly bearer?: string
}

export type ShopOptions = {
  readonly rules?: DataSource['rules']
  readonly defaultRule?: RuleSet | undefined
  readonly app?: TestApp
}

const dropDatabase = async (name: string): Promise<void> => {
  if (testCluster === undefined) return
  const documents = await openMongoDb({ address: testCluster })
  await documents.database(name).drop()
  await documents.close()
}

/** A server with one app, whose data source `mongodb-atlas` is of that engine, and a user of it. */
export const openShop = async (
  { name: engine, link }: Engine,
  { rules = [], app = {}, ...options }: ShopOptions = {},
): Promise<Shop> => {
  const { defaultRule } = { defaultRule: everything, ...options }
  const database = `shop_${randomBytes(6).toString('hex')}`
  const source = { name: 'mongodb-atlas', link, rules, ...(defaultRule && { defaultRule }) }
  const server = await startTestServer({ app: { ...app, dataSources: [source] } })
  const { access_token: bearer } = await logIn(server, 'anon-user')
  const path = clientPaths.callFunction(server.app.clientAppId)

  const send: Shop['send'] = (name, args, options = {}) => {
    const { dialect = 'relaxed', collection = 'items' } = options
    const given = { database: options.database ?? database, collection, ...args }
    return server.request('POST', path, {
      bearer: options.bearer ?? bearer,
      json: { name, service: 'mongodb-atlas', arguments: [dialects[dialect](given)] },
    })
  }
  const resultOf = async (response: Response): Promise<unknown> => {
    const text = await response.text()
    expect(response.status, text).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    return JSON.parse(text)
  }

  return {
    server,
    bearer,
    database,
    send,
    run: async (name, args = {}, options) => resultOf(await send(name, args, options)),
    refused: async (name, args = {}, options) => refused(await send(name, args, options)),
    callFunction: async (name, ...args) =>
      resultOf(await server.request('POST', path, { bearer, json: { name, arguments: args } })),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      if (engine === 'mongodb') await dropDatabase(database)
    },
  }
}
