import { expect, it } from 'vitest'
import { type Dialect, eachEngine, openShop, type Shop } from './shop.ts'

const int = (number: number) => ({ $numberInt: String(number) })
const long = (number: number) => ({ $numberLong: String(number) })

const both: readonly Dialect[] = ['relaxed', 'canonical']

const fill = async (shop: Shop, collection: string): Promise<void> => {
  await shop.run(
    'insertMany',
    {
      documents: [
        { _id: 1, name: 'plum', price: 2, kind: 'fruit' },
        { _id: 2, name: 'pear', price: 3, kind: 'fruit' },
        { _id: 3, name: 'leek', price: 1, kind: 'vegetable' },
      ],
    },
    { collection },
  )
}

/** Runs the same calls on a collection of their own in each way of writing arguments. */
const inBoth = async (
  shop: Shop,
  test: (run: Shop['run'], dialect: Dialect) => Promise<void>,
): Promise<void> => {
  for (const dialect of both) {
    await fill(shop, dialect)
    await test((name, args = {}) => shop.run(name, args, { dialect, collection: dialect }), dialect)
  }
}

eachEngine('operations of clients', engine => {
  it('find gives a list, with project, sort and limit', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      const found = await run('find', {
        query: { kind: 'fruit' },
        project: { name: 1, _id: 0 },
        sort: { price: -1 },
        limit: 1,
      })
      expect(found).toEqual([{ name: 'pear' }])
      expect(await run('find', { query: { kind: 'fish' } })).toEqual([])
      expect(await run('find', { query: {}, project: { kind: false, price: false } })).toEqual([
        { _id: int(1), name: 'plum' },
        { _id: int(2), name: 'pear' },
        { _id: int(3), name: 'leek' },
      ])
    })
  })

  it('findOne gives a document or null', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      expect(await run('findOne', { query: { _id: 3 }, limit: 1 })).toEqual({
        _id: int(3),
        name: 'leek',
        price: int(1),
        kind: 'vegetable',
      })
      expect(
        await run('findOne', { query: {}, sort: { price: -1 }, project: { name: 1 } }),
      ).toEqual({ _id: int(2), name: 'pear' })
      expect(await run('findOne', { query: { _id: 9 } })).toBeNull()
    })
  })

  it('findOneAndUpdate gives the document as it was, or as it is', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      const update = { $inc: { price: 1 } }
      const asked = { filter: { kind: 'fruit' }, update, sort: { price: -1 } }
      expect(await run('findOneAndUpdate', { ...asked, projection: { price: 1 } })).toEqual({
        _id: int(2),
        price: int(3),
      })
      expect(
        await run('findOneAndUpdate', {
          ...asked,
          returnNewDocument: true,
          projection: { name: 0 },
        }),
      ).toEqual({ _id: int(2), price: int(5), kind: 'fruit' })
      expect(await run('findOneAndUpdate', { filter: { _id: 7 }, update, upsert: true })).toBeNull()
      expect(
        await run('findOneAndUpdate', {
          filter: { _id: 8 },
          update,
          upsert: true,
          returnNewDocument: true,
        }),
      ).toEqual({ _id: int(8), price: int(1) })
      expect(await run('findOneAndUpdate', { filter: { _id: 99 }, update })).toBeNull()
    })
  })

  it('findOneAndReplace puts a whole document in place', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      const asked = { filter: { _id: 1 }, update: { name: 'grape' } }
      expect(
        await run('findOneAndReplace', {
          ...asked,
          upsert: true,
          projection: { name: 1, absent: 1 },
        }),
      ).toEqual({ _id: int(1), name: 'plum' })
      expect(await run('findOneAndReplace', { ...asked, returnNewDocument: true })).toEqual({
        _id: int(1),
        name: 'grape',
      })
    })
  })

  it('findOneAndDelete gives the document that went, also as realm-web says it', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      const asked = { filter: { kind: 'fruit' }, sort: { name: -1 }, projection: { name: 1 } }
      expect(
        await run('findOneAndDelete', { ...asked, upsert: false, returnNewDocument: false }),
      ).toEqual({ _id: int(1), name: 'plum' })
      expect(await run('findOneAndReplace', asked)).toEqual({ _id: int(2), name: 'pear' })
      expect(await run('findOneAndDelete', asked)).toBeNull()
      expect(await run('count', { query: {} })).toEqual(long(1))
    })
  })

  it('aggregate gives a list, sums as wide as they are', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      const pipeline = [
        { $match: { price: { $gt: 0 } } },
        { $group: { _id: '$kind', total: { $sum: '$price' } } },
        { $project: { total: 1 } },
        { $sort: { _id: 1 } },
      ]
      expect(await run('aggregate', { pipeline })).toEqual([
        { _id: 'fruit', total: int(5) },
        { _id: 'vegetable', total: int(1) },
      ])
    })
  })

  it('count is a 64-bit number, and knows a limit', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      expect(await run('count', { query: { kind: 'fruit' } })).toEqual(long(2))
      expect(await run('count', { query: {}, limit: 1 })).toEqual(long(1))
      expect(await run('count')).toEqual(long(3))
    })
  })

  it('insertOne and insertMany give ids of the type that they have', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      expect(await run('insertOne', { document: { _id: 'fig' } })).toEqual({ insertedId: 'fig' })
      expect(await run('insertOne', { document: { name: 'lime' } })).toEqual({
        insertedId: { $oid: expect.stringMatching(/^[0-9a-f]{24}$/) },
      })
      const oid = { $oid: '65a0c0ffee0000000000beef' }
      expect(
        await run('insertMany', { documents: [{ _id: 10 }, { _id: oid }, { name: 'kiwi' }] }),
      ).toEqual({
        insertedIds: [int(10), oid, { $oid: expect.stringMatching(/^[0-9a-f]{24}$/) }],
      })
    })
  })

  it('deleteOne and deleteMany count in 32 bits', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      expect(await run('deleteOne', { query: { kind: 'fruit' } })).toEqual({ deletedCount: int(1) })
      expect(await run('deleteMany', { query: {} })).toEqual({ deletedCount: int(2) })
      expect(await run('deleteOne', { query: {} })).toEqual({ deletedCount: int(0) })
    })
  })

  it('updateOne and updateMany name an id only when one was made', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      const update = { $set: { seen: true } }
      expect(await run('updateOne', { query: { kind: 'fruit' }, update, upsert: false })).toEqual({
        matchedCount: int(1),
        modifiedCount: int(1),
      })
      expect(await run('updateMany', { query: { kind: 'fruit' }, update })).toEqual({
        matchedCount: int(2),
        modifiedCount: int(1),
      })
      expect(await run('updateOne', { query: { _id: 20 }, update, upsert: true })).toEqual({
        matchedCount: int(0),
        modifiedCount: int(0),
        upsertedId: int(20),
      })
      expect(await run('updateMany', { query: { _id: 21 }, update, upsert: true })).toEqual({
        matchedCount: int(0),
        modifiedCount: int(0),
        upsertedId: int(21),
      })
    })
  })

  it('arrayFilters say which elements of a list change', async () => {
    await using shop = await openShop(engine)

    await inBoth(shop, async run => {
      await run('insertOne', { document: { _id: 'list', marks: [1, 5, 9] } })
      await run('updateOne', {
        query: { _id: 'list' },
        update: { $set: { 'marks.$[high]': 0 } },
        arrayFilters: [{ high: { $gt: 4 } }],
      })
      expect(await run('findOne', { query: { _id: 'list' } })).toEqual({
        _id: 'list',
        marks: [int(1), int(0), int(0)],
      })
    })
  })
})
