import type { Document } from 'bson'
import { expect, it } from 'vitest'
import { openDatabases } from '../../src/data/sources/databases.ts'
import { plainNaming } from '../../src/data/sources/naming.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import { startScripted } from '../documents/mongodb/scripted-server.ts'

it('asks the members that a data source prefers, and those only for reads that say so', async () => {
  const asked: Document[] = []
  await using cluster = await startScripted(command => {
    asked.push(command)
    return { cursor: { id: 0n, ns: 'shop.orders', firstBatch: [] } }
  })
  const documents = await openMongoDb({ address: cluster.address })
  const databases = openDatabases(documents, plainNaming)

  await databases.collection('shop', 'orders', 'nearest').find({})
  await databases.collection('shop', 'orders').find({})
  await documents.close()

  const preferences = asked
    .filter(command => 'find' in command)
    .map(command => command.$readPreference?.mode)
  expect(preferences).toEqual(['nearest', 'primaryPreferred'])
})
