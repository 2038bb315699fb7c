import { describe, expect, it } from 'vitest'
import { openStore, systemDatabase } from '../../src/store/store.ts'
import { markUnused } from '../../src/store/versions/mark-unused.ts'
import { newId } from '../deps/open-deps.ts'
import { openTempDocuments } from './temp-documents.ts'

describe('registrations of a store that had no mark for them', () => {
  it('are listed as pending when nobody logged in with them, and no others', async () => {
    await using temp = await openTempDocuments()
    const store = await openStore(temp.documents)
    const database = systemDatabase(temp.documents)
    const appId = newId()
    const add = async (name: string): Promise<string> => {
      const identityId = newId()
      const email = `${name}@example.com`
      const account = { appId, key: email, email, identityId, hash: 'hash', version: 1 }
      await store.passwords.insert({ ...account, state: 'confirmed', tokens: [], createdAt: 0 })
      return identityId
    }
    const unused = await add('ada')
    const used = await add('bob')
    const claim = { appId, providerType: 'local-userpass', id: used } as const
    await store.identities.insert({ ...claim, userId: newId(), linked: false })
    await database.collection('passwords').updateMany({}, { $unset: { unused: '' } })
    expect(await store.passwords.listUnused(appId, { limit: 5 })).toEqual([])

    await markUnused(database)
    await markUnused(database)

    const listed = await store.passwords.listUnused(appId, { limit: 5 })
    expect(listed.map(({ identityId }) => identityId)).toEqual([unused])
  })
})
