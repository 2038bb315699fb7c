import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientPaths } from '@regent/protocol'
import { openEmbedded, startTestServer, type TestApp } from '@regent/server/testing'

/** What the parent may ask. */
export type Question =
  /** Logs users in; answers their access tokens. */
  | { readonly ask: 'tokens'; readonly count: number }
  /** Does one operation in process, so many at a time; answers how many a second. */
  | {
      readonly ask: 'engine'
      readonly operation: Operation
      readonly atOnce: number
      readonly durationMs: number
    }

export type Operation = 'findOne' | 'insertOne' | 'find'

/**
 * A server in a process of its own with two data sources: `own` is in the data folder, `linked` at the MongoDB address
 * that the first argument names, in the database of the second. Both hold `items` of as many documents as the third says.
 */
const [, , address = '', database = 'bench', count = '10000'] = process.argv
const documents = Number(count)
const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))

type TestDataSource = Exclude<NonNullable<TestApp['dataSources']>[number], string>

const own: TestDataSource = {
  name: 'own',
  rules: [
    {
      database,
      collection: 'ruled',
      filters: [],
      roles: [
        {
          name: 'staff',
          applyWhen: { '%%user.data.email': 'boss@example.com' },
          read: true,
          write: true,
        },
        {
          name: 'owner',
          applyWhen: { owner: { '%in': ['%%user.id', 'everybody'] } },
          fields: { secret: { read: false, write: false } },
          additionalFields: { read: true, write: true },
        },
      ],
    },
  ],
  defaultRule: {
    roles: [{ name: 'all', applyWhen: {}, read: true, write: true, insert: true, delete: true }],
    filters: [],
  },
}

const server = await startTestServer({
  app: {
    dataSources: [
      own,
      ...(address === ''
        ? []
        : [{ ...own, name: 'linked', rules: [], link: { kind: 'address', address } } as const]),
    ],
  },
  dataDir: folder,
  settings: { logLevel: 'error' },
})

/** About 300 bytes, as records of apps are. */
const documentOf = (_id: number) => ({
  _id,
  owner: 'everybody',
  name: `item ${_id}`,
  price: _id % 100,
  tags: ['red', 'round', 'fresh'],
  address: { street: `${_id} Orchard Road`, city: 'Plumstead' },
  secret: 'x'.repeat(100),
})

const engine = await openEmbedded({ path: join(folder, 'engine.db'), changeLog: true })
const items = engine.database(database).collection('items', { promoteValues: false })

const fill = async (): Promise<void> => {
  const system = { kind: 'system' } as const
  for (let at = 0; at < documents; at += 1_000) {
    const batch = Array.from({ length: 1_000 }, (_, index) => documentOf(at + index))
    await items.insertMany(batch)
    for (const [service, collection] of [
      ['own', 'items'],
      ['own', 'ruled'],
      ...(address === '' ? [] : [['linked', 'items']]),
    ] as const) {
      const args = [{ database, collection }, batch]
      const call = {
        service: service as string,
        action: 'insertMany',
        args,
        dialect: 'function',
      } as const
      await server.deps.data.run(server.app, call, system)
    }
  }
}
await fill()

const logIn = async (): Promise<string> => {
  const path = clientPaths.login(server.app.clientAppId, 'anon-user')
  const answer = await server.request('POST', path, { json: {} })
  return ((await answer.json()) as { access_token: string }).access_token
}

const operations: Readonly<Record<Operation, () => Promise<unknown>>> = {
  findOne: () => items.findOne({ _id: randomInt(documents) }),
  insertOne: () => items.insertOne({ name: 'new', price: 1, tags: ['red', 'round', 'fresh'] }),
  find: () =>
    items.find({ _id: { $gte: randomInt(documents - 100) } }, { limit: 100, sort: { _id: 1 } }),
}

const rateOf = async (run: () => Promise<unknown>, atOnce: number, durationMs: number) => {
  const end = performance.now() + durationMs
  let done = 0
  const one = async (): Promise<void> => {
    while (performance.now() < end) {
      await run()
      done += 1
      if (done % 64 === 0) await new Promise(resolve => setImmediate(resolve))
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: atOnce }, one))
  return (done / (performance.now() - startedAt)) * 1_000
}

const answer = async (question: Question): Promise<unknown> => {
  if (question.ask === 'tokens') {
    return Promise.all(Array.from({ length: question.count }, logIn))
  }
  const { operation, atOnce, durationMs } = question
  await rateOf(operations[operation], atOnce, 500)
  return rateOf(operations[operation], atOnce, durationMs)
}

process.on('message', (question: Question) => {
  void answer(question).then(said => process.send?.({ said }))
})
process.on('disconnect', () => {
  void Promise.all([server.stop(), engine.close()]).then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
process.send?.({ port: Number(new URL(server.url).port), clientAppId: server.app.clientAppId })
