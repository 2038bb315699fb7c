import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { sweepOnce } from '../../src/jobs/sweep.ts'
import { apps } from './apps.ts'
import { brokenPromises } from './broken-promises.ts'
import { type Doom, doomDocuments } from './doomed-documents.ts'

/** What the test asks of the server's process, beside HTTP. */
export type Question =
  | { readonly ask: 'doom'; readonly doom: Doom }
  | { readonly ask: 'sweep' }
  | { readonly ask: 'look'; readonly userId: string }

const [, , dataDir = ''] = process.argv
const elevenMinutes = 11 * 60_000
const { documents, doom } = doomDocuments(await openEmbedded({ path: join(dataDir, 'system.db') }))
const server = await startTestServer({ dataDir, app: apps, openDocuments: async () => documents })
const { store } = server.deps

/** Sweeps once, after a sweep that is under way. */
const sweep = async (): Promise<void> => {
  while ((await sweepOnce(server.deps)) === undefined) {
    await new Promise(resolve => setImmediate(resolve))
  }
}

const answer = async (question: Question): Promise<unknown> => {
  if (question.ask === 'doom') return doom(question.doom)
  if (question.ask === 'sweep') {
    server.advance(elevenMinutes)
    await sweep()
    server.advance(-elevenMinutes)
    return brokenPromises(documents)
  }
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
