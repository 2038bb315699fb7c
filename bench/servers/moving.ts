import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { openEmbedded, startTestServer } from '@regent/server/testing'
import { ObjectId } from 'bson'
import { openStore, systemDatabase } from '../../packages/server/src/store/store.ts'

/** What the parent may ask of a server that takes users in and gives them out. */
export type Question =
  /** Documents a second of the engine alone: the users' own documents once more, in a store of their own. */
  | { readonly ask: 'engine'; readonly count: number }
  | { readonly ask: 'count' }
  /** Begins to watch the memory. */
  | { readonly ask: 'begin' }
  /** By how many bytes the process has grown since, at most. */
  | { readonly ask: 'growth' }

const batch = 500
const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const documents = await openEmbedded({ path: join(folder, 'system.db') })
const server = await startTestServer({
  dataDir: folder,
  settings: { logLevel: 'error', passwordMemoryKib: 19_456, passwordPasses: 2 },
  openDocuments: async () => documents,
})
const database = systemDatabase(documents)
const names = ['identities', 'users', 'passwords'] as const

const timeEngine = async (count: number): Promise<number> => {
  const [claims = [], users = [], accounts = []] = await Promise.all(
    names.map(name => database.collection(name).find({}, { limit: count })),
  )
  const appId = new ObjectId()
  for (const one of [...claims, ...users, ...accounts]) one.appId = appId
  const other = await openEmbedded({ path: join(folder, 'engine.db') })
  await openStore(other)
  const target = systemDatabase(other)
  const began = performance.now()
  for (let from = 0; from < users.length; from += batch) {
    await Promise.all(
      [claims, users, accounts].map((all, at) =>
        target.collection(names[at] ?? '').insertMany(all.slice(from, from + batch)),
      ),
    )
  }
  const seconds = (performance.now() - began) / 1000
  await other.close()
  return (3 * users.length) / seconds
}

/** Without pages of the store's file that are mapped: those are the system's, which takes them back when it wants. */
const ownMemory = (): number => {
  if (process.platform !== 'linux') return process.memoryUsage.rss()
  const [, kib] = /^RssAnon:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kib) * 1_024
}

let base = 0
let highest = 0
const timer = setInterval(() => {
  highest = Math.max(highest, ownMemory())
}, 100)

const answer = async (question: Question): Promise<unknown> => {
  switch (question.ask) {
    case 'engine':
      return timeEngine(question.count)
    case 'count':
      return server.deps.store.users.count(server.app.id)
    case 'begin':
      base = ownMemory()
      highest = base
      return null
    case 'growth':
      return highest - base
  }
}

process.on('message', (question: Question) => {
  void answer(question).then(said => process.send?.({ said }))
})
process.on('disconnect', () => {
  clearInterval(timer)
  void server.stop().then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
process.send?.({
  port: Number(new URL(server.url).port),
  clientAppId: server.app.clientAppId,
  data: folder,
})
