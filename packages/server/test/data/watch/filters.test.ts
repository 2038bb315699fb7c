import { describe, expect, it } from 'vitest'
import { watch } from './event-stream.ts'
import { insert, logInAnonymously, offersChanges, shortly, startShop, write } from './shop.ts'

describe.skipIf(!offersChanges)('a watch', () => {
  it('with ids tells of these documents only, numbers of all widths and strings mixed', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const oid = { $oid: '65a0c0ffee0000000000beef' }
    const ids = [{ $numberLong: '3' }, { $numberDouble: '5.0' }, 'seven', oid]
    const stream = await watch(server, token, { ids })

    await insert(server, { _id: 1 }, { _id: 3 }, { _id: 5 }, { _id: '3' }, { _id: 'seven' })
    await write(server, 'updateOne', { query: { _id: 1 }, update: { $set: { a: 1 } } })
    await write(server, 'deleteOne', { query: { _id: 3 } })
    await insert(server, { _id: 3 })

    expect((await stream.take(5)).map(shortly)).toEqual([
      ['insert', 3],
      ['insert', 5],
      ['insert', 'seven'],
      ['delete', 3],
      ['insert', 3],
    ])
    expect(stream.waiting()).toEqual([])
    stream.close()
  })

  it('with a filter tells of the events that meet it', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const one = await watch(server, token, {
      filter: {
        $or: [
          { 'fullDocument._id': { $numberLong: '2' } },
          { 'fullDocument.isLast': true },
          { 'updateDescription.updatedFields.stock': { $gt: { $numberInt: '4' } } },
        ],
      },
    })
    const deletions = await watch(server, token, { filter: { operationType: 'delete' } })

    await insert(server, { _id: 1, stock: 1 }, { _id: 2 }, { _id: 3, isLast: false })
    await write(server, 'updateMany', { query: { _id: 1 }, update: { $set: { stock: 4 } } })
    await write(server, 'updateMany', { query: { _id: 1 }, update: { $set: { stock: 5 } } })
    await write(server, 'deleteOne', { query: { _id: 2 } })
    await insert(server, { _id: 4, isLast: true })

    expect((await one.take(3)).map(shortly)).toEqual([
      ['insert', 2],
      ['update', 1],
      ['insert', 4],
    ])
    expect((await deletions.take(1)).map(shortly)).toEqual([['delete', 2]])
    expect([...one.waiting(), ...deletions.waiting()]).toEqual([])
    one.close()
    deletions.close()
  })

  it('finds values of a filter in arrays and inside documents', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const tagged = await watch(server, token, { filter: { 'fullDocument.tags.name': 'ripe' } })
    const listed = await watch(server, token, {
      filter: { $and: [{ 'fullDocument.sizes': { $in: [{ $numberInt: '4' }, 'L'] } }] },
    })
    const none = await watch(server, token, { ids: [] })
    const missing = await watch(server, token, { filter: { 'fullDocument.tags': null } })

    await insert(
      server,
      { _id: 1, tags: [{ name: 'green' }, { name: ['soft', 'ripe'] }] },
      { _id: 2, tags: { name: 'ripe' }, sizes: [[4], 3] },
      { _id: 3, sizes: ['M', 'L'] },
      { _id: 4, tags: ['ripe'], sizes: 4 },
    )

    expect((await tagged.take(2)).map(shortly)).toEqual([
      ['insert', 1],
      ['insert', 2],
    ])
    expect((await listed.take(2)).map(shortly)).toEqual([
      ['insert', 3],
      ['insert', 4],
    ])
    expect((await missing.take(1)).map(shortly)).toEqual([['insert', 3]])
    expect([...tagged.waiting(), ...listed.waiting(), ...none.waiting()]).toEqual([])
    for (const stream of [tagged, listed, none, missing]) stream.close()
  })

  it('keeps to its collection', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)
    await write(server, 'insertOne', { document: { _id: 0 } }, 'others')
    await insert(server, { _id: 1 })

    expect((await stream.take(1)).map(shortly)).toEqual([['insert', 1]])
    stream.close()
  })

  it('tells each of many readers everything, in order', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const streams = await Promise.all(Array.from({ length: 40 }, () => watch(server, token)))
    const documents = Array.from({ length: 200 }, (_, _id) => ({ _id }))

    await insert(server, ...documents)

    const wanted = documents.map(({ _id }) => ['insert', _id])
    for (const stream of streams) {
      expect((await stream.take(200)).map(shortly)).toEqual(wanted)
      stream.close()
    }
  })
})
