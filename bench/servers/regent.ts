import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adminPaths, type NewAdminApiKeyWire } from '@regent/protocol'
import { type EmbeddedDocuments, openEmbedded, startTestServer } from '@regent/server/testing'
import { type LoadKind, openDataLoads } from './data-loads.ts'
import { makePeople } from './people.ts'
import { makeUsers } from './users.ts'

/** What the parent may ask of a running server. */
export type Question =
  /** Commits and writes so far. */
  | { readonly ask: 'counters' }
  /** Makes anonymous users with sessions; answers refresh tokens of some of them. */
  | { readonly ask: 'users'; readonly count: number }
  /** Makes users with e-mail addresses and dates, without sessions; answers what requests about them need. */
  | { readonly ask: 'people'; readonly count: number }
  /** Makes server keys; answers them. */
  | { readonly ask: 'keys'; readonly count: number }
  /** Reads random users by id; answers microseconds a read. */
  | { readonly ask: 'pointReads'; readonly count: number }
  /** Moves the server's clock. */
  | { readonly ask: 'advance'; readonly milliseconds: number }
  /** Puts documents into a collection of the server's document file that no user is in. */
  | { readonly ask: 'fill'; readonly count: number }
  /** Begins work on those documents; answers at once. */
  | { readonly ask: 'begin'; readonly load: LoadKind }
  /** Lets the work that was begun end; answers what it has done. */
  | { readonly ask: 'end' }

/**
 * A server in a process of its own. The first argument is the largest batch of one commit, the second the key (PEM)
 * that tokens for `custom-token` are signed with, the third is `people` where users have custom data.
 */
const maxBatch = Number(process.argv[2] ?? 1_000)
const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
const tokenKey = process.argv[3] ?? ''
let documents: EmbeddedDocuments | undefined

const people = {
  dataSources: ['people'],
  customUserData: {
    source: 'people',
    database: 'bench',
    collection: 'people',
    userIdField: 'owner',
  },
}

const customToken = {
  type: 'custom-token',
  config: { audience: [], signingAlgorithm: 'RS256' },
  secretConfig: { signingKeys: ['tokenKey'] },
} as const

const server = await startTestServer({
  app: {
    providers: [
      'anon-user',
      'local-userpass',
      'api-key',
      ...(tokenKey === '' ? [] : [customToken]),
    ],
    secrets: { tokenKey },
    ...(process.argv[4] === 'people' && people),
  },
  dataDir: folder,
  settings: { logLevel: 'error', passwordMemoryKib: 19_456, passwordPasses: 2 },
  openDocuments: async path => {
    documents = await openEmbedded({ path: join(path, 'system.db'), maxBatch })
    return documents
  },
})

const made = makeUsers(server)

const makeKey = async (name: string): Promise<string> => {
  const path = adminPaths.apiKeys(server.projectId, server.app.id)
  const options = { bearer: server.operatorKey, json: { name } }
  const answer = await server.request('POST', path, options)
  if (!answer.ok) throw new Error(`key: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as NewAdminApiKeyWire).key
}

const makeKeys = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => makeKey(`key-${at}`)))

const loads = openDataLoads(documents as EmbeddedDocuments | undefined)

const answer = async (question: Question): Promise<unknown> => {
  switch (question.ask) {
    case 'counters':
      return documents?.stats()
    case 'users':
      return made.add(question.count)
    case 'people':
      return makePeople(server, question.count)
    case 'keys':
      return makeKeys(question.count)
    case 'pointReads':
      return made.timePointReads(question.count)
    case 'advance':
      return server.advance(question.milliseconds)
    case 'fill':
      return loads.fill(question.count)
    case 'begin':
      return loads.begin(question.load)
    case 'end':
      return loads.end()
  }
}

process.on('message', (question: Question) => {
  void answer(question).then(said => process.send?.({ said }))
})
process.on('disconnect', () => {
  void server.stop().then(() => {
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
})
process.send?.({ port: Number(new URL(server.url).port), clientAppId: server.app.clientAppId })
