import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { system } from '../../../src/data/actor.ts'
import type { Judge } from '../../../src/data/rules/judge.ts'
import { openDatabases } from '../../../src/data/sources/databases.ts'
import { plainNaming } from '../../../src/data/sources/naming.ts'
import { systemJudge } from '../../../src/data/system-judge.ts'
import type { Changes } from '../../../src/data/watch/changes.ts'
import { openWatch } from '../../../src/data/watch/watch.ts'
import { openSecretBox } from '../../../src/security/secret-box.ts'
import { newApp } from '../../deps/open-deps.ts'
import { openTemp } from '../../documents/embedded/open-temp.ts'
import { shortly } from './shop.ts'

const app = {
  ...newApp(),
  dataSources: [{ name: 'own', link: { kind: 'own' }, rules: [] }],
} as const
const call = { service: 'own', args: [{ database: 'shop', collection: 'items' }] }

/** Readers of a file of its own, whom a judge lets see what it lets see. */
const openReading = async (judge: Judge) => {
  const documents = await openTemp({ changeLog: true })
  const databases = openDatabases(documents, plainNaming)
  const watch = openWatch({
    sources: { open: async () => databases },
    judge: async () => judge,
    secrets: openSecretBox(new Uint8Array(32)),
    findApp: async () => app,
    findUser: async () => undefined,
  })
  return {
    items: documents.database('shop').collection('items'),
    open: () => watch.open(app, call, system),
    [Symbol.asyncDispose]: async () => {
      await watch.close()
      await documents[Symbol.asyncDispose]()
    },
  }
}

const readAll = async (changes: Changes): Promise<Document[]> => {
  const events: Document[] = []
  for await (const batch of changes) events.push(...batch.map(change => change.event))
  return events
}

/** Sees documents whole, and has to be asked about each. */
const careful: Judge = {
  ...systemJudge,
  reads: 'each',
  isAlwaysVisible: () => false,
  seeAtOnce: document => document,
}

describe('a watch of a collection that is dropped', () => {
  it('tells those who see everything, and ends', async () => {
    await using reading = await openReading(systemJudge)
    const all = readAll(await reading.open())

    await reading.items.insertOne({ _id: 1 })
    await reading.items.drop()

    expect((await all).map(({ operationType }) => operationType)).toEqual([
      'insert',
      'drop',
      'invalidate',
    ])
  })

  it('ends for everybody else without a word, and a new one goes on', async () => {
    await using reading = await openReading(careful)
    const all = readAll(await reading.open())
    await reading.items.insertOne({ _id: 1 })
    await reading.items.drop()
    expect((await all).map(shortly)).toEqual([['insert', expect.anything()]])

    const changes = await reading.open()
    await reading.items.insertOne({ _id: 2 })

    for await (const [change] of changes) {
      expect(change?.event.operationType).toBe('insert')
      break
    }
    expect(changes.ended.aborted).toBe(true)
  })
})
