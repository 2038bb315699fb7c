import { randomInt } from 'node:crypto'
import { type Child, startChild } from './child.ts'
import { dropDatabase, measureDriver } from './driver.ts'
import { rawRequest } from './load.ts'
import { above, below, percent, type Row, times, whole } from './report.ts'
import { client, type Hello, type Requests, warmRun } from './server-child.ts'
import type { Operation } from './servers/data-source.ts'

const connections = 32
const writers = 64
const documents = 10_000
const database = `bench_${process.pid}`

type Said<Value> = { readonly said: Value }
type Server = Child<Hello>

type Call = {
  readonly service?: 'own' | 'linked'
  readonly collection?: string
  readonly name: Operation
  args(): object
}

const findOne = { name: 'findOne', args: () => ({ query: { _id: randomInt(documents) } }) } as const
const insertOne = {
  name: 'insertOne',
  args: () => ({ document: { name: 'new', price: 1, tags: ['red', 'round', 'fresh'] } }),
} as const
const find = {
  name: 'find',
  args: () => ({
    query: { _id: { $gte: randomInt(documents - 100) } },
    sort: { _id: 1 },
    limit: 100,
  }),
} as const

const variants = 500

/** Calls of random users about random documents. */
const requestsOf = async (
  server: Server,
  tokens: readonly string[],
  call: Call,
): Promise<Requests> => {
  const { service = 'own', collection = 'items', name, args } = call
  const path = `${client}/app/${server.hello.clientAppId}/functions/call`
  const requests = Array.from({ length: variants }, (_, at) =>
    rawRequest('POST', path, {
      token: tokens[at % tokens.length] ?? '',
      body: { name, service, arguments: [{ database, collection, ...args() }] },
    }),
  )
  return { port: server.hello.port, request: n => requests[n % requests.length] as Buffer }
}

/** Bytes of one answer, so that the bare server sends as many. */
const answerSize = async ({ port, request }: Requests): Promise<number> => {
  const [head = '', body = ''] = request(0).toString().split('\r\n\r\n')
  const authorization = /authorization: (.+)\r\n/.exec(head)?.[1] ?? ''
  const path = head.split(' ')[1] ?? ''
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text}`)
  return text.length
}

const reported = (row: Omit<Row, 'reach' | 'missed'>): Row => ({ ...row, reach: '–', missed: 0 })

const besideDriver = (what: string, ours: number, driver: number): Row =>
  reported({
    what: `${what} on a cluster`,
    measured: `${whole(ours)}/s`,
    reference: `the driver alone ${whole(driver)}/s`,
    ratio: percent(ours / driver),
  })

const clusterRows = async (
  server: Server,
  {
    tokens,
    address,
    durationMs,
  }: { tokens: readonly string[]; address: string; durationMs: number },
): Promise<Row[]> => {
  const driver = await measureDriver({ address, database, documents, durationMs, connections })
  const linked = async (call: Call): Promise<number> => {
    const requests = await requestsOf(server, tokens, { ...call, service: 'linked' })
    return (await warmRun({ ...requests, connections, durationMs })).perSecond
  }
  return [
    besideDriver('findOne by _id', await linked(findOne), driver.findOne),
    besideDriver('insertOne', await linked(insertOne), driver.insertOne),
    besideDriver('find of 100 documents', await linked(find), driver.find),
  ]
}

/** Operations of a data source through the whole server, beside a bare `node:http` server and beside the engine alone. */
export const benchDataSource = async (durationMs: number): Promise<Row[]> => {
  const address = process.env.REGENT_TEST_MONGODB_URL ?? ''
  const args = [address, database, String(documents)]
  const server = await startChild<Hello>('./servers/data-source.ts', args)
  const { said: tokens } = await server.ask<Said<string[]>>({ ask: 'tokens', count: 50 })
  const engine = async (operation: Operation, atOnce: number): Promise<number> =>
    (await server.ask<Said<number>>({ ask: 'engine', operation, atOnce, durationMs })).said
  const load = async (call: Call, atOnce = connections): Promise<number> => {
    const requests = await requestsOf(server, tokens, call)
    return (await warmRun({ ...requests, connections: atOnce, durationMs })).perSecond
  }

  const reads = await requestsOf(server, tokens, findOne)
  const bare = await startChild<Hello>('./servers/bare-answer.ts', [
    String(await answerSize(reads)),
  ])
  try {
    const floor = await warmRun({ ...reads, port: bare.hello.port, connections, durationMs })
    const found = await load(findOne)
    const ruled = await load({ ...findOne, collection: 'ruled' })
    const foundAgain = await load(findOne)
    const alone = await engine('findOne', 1)
    const written = await load(insertOne, writers)
    const committed = await engine('insertOne', writers)
    const listed = await load(find)
    const listedAlone = await engine('find', 8)

    const share = found / floor.perSecond
    const kept = written / committed
    const cost = (found + foundAgain) / 2 / ruled
    const rows: Row[] = [
      {
        what: `findOne by _id, ${connections} connections`,
        measured: `${whole(found)}/s`,
        reference: `bare node:http ${whole(floor.perSecond)}/s`,
        ratio: percent(share),
        reach: '≥ 20 %',
        missed: below(share, 0.2),
      },
      reported({
        what: 'findOne by _id',
        measured: `${whole(found)}/s`,
        reference: `the engine in process ${whole(alone)}/s`,
        ratio: percent(found / alone),
      }),
      {
        what: `insertOne, durable, ${writers} connections`,
        measured: `${whole(written)}/s`,
        reference: `the engine in process ${whole(committed)}/s`,
        ratio: percent(kept),
        reach: '≥ 60 %',
        missed: below(kept, 0.6),
      },
      reported({
        what: 'find of 100 documents',
        measured: `${whole(listed)}/s`,
        reference: `the engine in process ${whole(listedAlone)}/s`,
        ratio: percent(listed / listedAlone),
      }),
      {
        what: 'findOne by _id where rules are asked',
        measured: `${whole(ruled)}/s`,
        reference: `where they are not ${whole((found + foundAgain) / 2)}/s`,
        ratio: times(cost),
        reach: '≤ 1.5 ×',
        missed: above(cost, 1.5),
      },
    ]
    if (address === '') return rows
    return [...rows, ...(await clusterRows(server, { tokens, address, durationMs }))]
  } finally {
    await Promise.all([server.stop(), bare.stop()])
    if (address !== '') await dropDatabase(address, database)
  }
}
