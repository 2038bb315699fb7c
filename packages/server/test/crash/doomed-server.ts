import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startTestServer } from '@regent/server/testing'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import { serverDatabaseOf } from '../../src/domain/mongodb-address.ts'
import { sweepOnce } from '../../src/jobs/sweep.ts'
import { deleteLeft, finishDelete } from '../../src/use-cases/delete-account.ts'
import { testStoreOf } from '../../testing/test-cluster.ts'
import { appsWith, withTriggers } from './apps.ts'
import { brokenPromises } from './broken-promises.ts'
import { type Doom, doomDocuments } from './doomed-documents.ts'

/** What the test asks of the server's process, beside HTTP. */
export type Question =
  | { readonly ask: 'doom'; readonly doom: Doom }
  | { readonly ask: 'sweep' }
  | { readonly ask: 'endGrace' }
  | { readonly ask: 'expire'; readonly userId: string }
  | { readonly ask: 'told' }
  | { readonly ask: 'look'; readonly userId: string }

const [, , dataDir = ''] = process.argv
const toldFile = join(dataDir, 'told.txt')
const elevenMinutes = 11 * 60_000
const address = testStoreOf(dataDir)
const opened =
  address === undefined
    ? await openEmbedded({ path: join(dataDir, 'system.db') })
    : await openMongoDb({ address, systemDatabase: serverDatabaseOf(address) })
const { documents, doom } = doomDocuments(opened)
const server = await startTestServer({
  dataDir,
  app: appsWith(toldFile),
  openDocuments: async () => documents,
})
const { store } = server.deps
/** The last time there is. */
const ever = 8_640_000_000_000_000
/** By then nobody has a lease of a server that was killed. */
const leaseMs = 16_000

/** Sweeps once, after a sweep that is under way. */
const sweep = async (): Promise<void> => {
  while ((await sweepOnce(server.deps)) === undefined) {
    await new Promise(resolve => setImmediate(resolve))
  }
}

const waitingEvents = async (): Promise<number> =>
  (await store.users.listWithEvents(1)).length + (await store.outbox.listDue(ever, 1)).length

/** Waits until every event is delivered; resolves the lines that triggers wrote and the ids of users there are. */
const told = async (): Promise<{ lines: string[]; userIds: string[] }> => {
  server.advance(leaseMs)
  while ((await waitingEvents()) > 0) await setTimeout(20)
  server.advance(-leaseMs)
  const app = server.apps.find(({ clientAppId }) => clientAppId === withTriggers)
  const users = await store.users.listByApp(app?.id ?? '', { after: undefined, limit: 1000 })
  const text = existsSync(toldFile) ? readFileSync(toldFile, 'utf8') : ''
  return { lines: text.trim().split('\n'), userIds: users.map(({ id }) => id) }
}

/** The user's grace period is over. */
const expire = async (userId: string): Promise<string> => {
  await store.users.restore(userId)
  await store.users.markLeaving(userId, server.deps.now())
  return 'expired'
}

/** What a sweep does for users whose grace period is over. */
const endGrace = async (): Promise<string> => {
  for (const app of server.apps) await deleteLeft(server.deps, app, 10)
  for (const userId of await store.users.listDeleting(10)) await finishDelete(server.deps, userId)
  return 'ended'
}

const answer = async (question: Question): Promise<unknown> => {
  if (question.ask === 'doom') return doom(question.doom)
  if (question.ask === 'sweep') {
    server.advance(elevenMinutes)
    await sweep()
    server.advance(-elevenMinutes)
    return brokenPromises(documents)
  }
  if (question.ask === 'endGrace') return endGrace()
  if (question.ask === 'expire') return expire(question.userId)
  if (question.ask === 'told') return told()
  const { userId } = question
  const [user, claims, sessions] = await Promise.all([
    store.users.findById(userId),
    store.identities.listByUser(userId),
    store.sessions.listByUser(userId),
  ])
  return { user: user ?? null, claims, sessions }
}

process.on('message', async (question: Question) => {
  const answered = await answer(question)
  process.send?.(answered ?? null)
})

process.on('disconnect', () => process.exit())

await sweep()
const { url, operatorKey, projectId } = server
process.send?.({ url, operatorKey, projectId, apps: server.apps })
