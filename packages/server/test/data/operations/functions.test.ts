import { expect, it } from 'vitest'
import { eachEngine, openShop, type Shop } from './shop.ts'

const long = (number: number) => ({ $numberLong: String(number) })

/** A function whose body has `items`, a collection of the data source. */
const over = (body: string, options: object = {}) => ({
  source: `exports = async (database, ...args) => {
    const client = context.services.get('mongodb-atlas')
    const items = client.db(database).collection('items')
    ${body}
  }`,
  ...options,
})

const functions = {
  fill: over(`return items.insertMany([
    { _id: 1, name: 'plum', price: 2 }, { _id: 2, name: 'pear', price: 3 }, { _id: 3, name: 'leek', price: 1 },
  ])`),
  cursors: over(`
    const cursor = items.find({}, { name: 1 }).sort({ price: -1 })
    const first = await cursor.next()
    const rest = [await cursor.next(), await cursor.next(), await cursor.next()]
    const some = await items.find({ price: { $gt: 0 } }, { _id: 0, name: 1 }).sort({ _id: 1 }).skip(1).limit(1).toArray()
    const names = []
    for await (const { name } of items.find({}, {}, { sort: { _id: -1 } })) names.push(name)
    const two = await items.find({}).sort({ price: -1 }).limit(2).toArray()
    const last = await items.find().sort({ _id: -1 }).next()
    return { first, rest, some, names, two, last }`),
  single: over(`
    const missing = await items.findOne({ _id: 9 })
    const found = await items.findOne({ _id: 1 }, { price: 1 })
    const before = await items.findOneAndUpdate({ _id: 1 }, { $inc: { price: 1 } })
    const after = await items.findOneAndReplace({ _id: 1 }, { name: 'fig' }, { returnNewDocument: true })
    const gone = await items.findOneAndDelete({}, { sort: { _id: -1 }, projection: { _id: 1 } })
    return { missing, found, before, after, gone }`),
  writes: over(`
    const inserted = await items.insertOne({ _id: 4 })
    const updated = await items.updateOne({ _id: 4 }, { $set: { seen: true } })
    const upserted = await items.updateOne({ _id: 5 }, { $set: { seen: true } }, { upsert: true })
    const many = await items.updateMany({ seen: true }, { $set: { seen: false } })
    const deleted = await items.deleteOne({ _id: 5 })
    const rest = await items.deleteMany({ _id: 4 })
    return { inserted, updated, upserted, many, deleted, rest }`),
  summaries: over(`
    const bulk = await items.bulkWrite([
      { insertOne: { document: { _id: 6, price: 2 } } },
      { updateOne: { filter: { _id: 6 }, update: { $inc: { price: 1 } } } },
      { replaceOne: { filter: { _id: 7 }, replacement: { price: 9 }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
    ], { ordered: true })
    const prices = await items.distinct('price', { price: { $gt: 1 } })
    const count = await items.count({ price: { $gt: 1 } })
    const sums = await items.aggregate([{ $group: { _id: null, sum: { $sum: '$price' } } }]).toArray()
    return { bulk, prices: prices.sort(), count, sum: sums[0].sum }`),
  names: over(
    `return {
    collections: await client.db(database).getCollectionNames(),
    knows: (await client.admin().getDBNames()).includes(database),
  }`,
    { runAsSystem: true },
  ),
  namesAsUser: over('return client.admin().getDBNames()'),
  regexAsUser: over('return items.find({ name: /^p/ }).toArray()'),
  regex: over('return (await items.find({ name: /^P/i }).toArray()).length', { runAsSystem: true }),
  widths: over(
    `await items.insertOne({ _id: 'w', double: BSON.Double(1), long: BSON.Long.fromNumber(1), int: 1 })`,
  ),
  session: over('client.startSession()'),
  insertNothing: over('return items.insertMany([])'),
  cursor: over('return items.find({})'),
  insertTwice: over('await items.insertOne({ _id: 1 })'),
  unknownStage: over('return items.aggregate([{ $who: 1 }]).toArray()'),
  unknownService: 'exports = () => context.services.get("other").db("a")',
  unknownDatabase: over("return client.db('admin').collection('system.users').find({}).toArray()", {
    runAsSystem: true,
  }),
}

const failed = (error: unknown) => ({ error, error_code: 'FunctionExecutionError' })

const refusedCall = async (shop: Shop, name: string): Promise<unknown> => {
  const response = await shop.server.request(
    'POST',
    `/api/client/v2.0/app/${shop.server.app.clientAppId}/functions/call`,
    { bearer: shop.bearer, json: { name, arguments: [shop.database] } },
  )
  expect(response.status).toBe(400)
  const { link: _link, ...rest } = (await response.json()) as { link: string }
  return rest
}

eachEngine('data sources in functions', engine => {
  const open = () => openShop(engine, { app: { functions } })

  it('reads with cursors, step by step', async () => {
    await using shop = await open()
    expect(await shop.callFunction('fill', shop.database)).toEqual({
      insertedIds: [long(1), long(2), long(3)],
    })

    expect(await shop.callFunction('cursors', shop.database)).toEqual({
      first: { _id: long(2), name: 'pear' },
      rest: [{ _id: long(1), name: 'plum' }, { _id: long(3), name: 'leek' }, null],
      some: [{ name: 'pear' }],
      names: ['leek', 'pear', 'plum'],
      two: [
        { _id: long(2), name: 'pear', price: long(3) },
        { _id: long(1), name: 'plum', price: long(2) },
      ],
      last: { _id: long(3), name: 'leek', price: long(1) },
    })
  })

  it('does everything with arguments in order', async () => {
    await using shop = await open()
    await shop.callFunction('fill', shop.database)

    expect(await shop.callFunction('single', shop.database)).toEqual({
      missing: null,
      found: { _id: long(1), price: long(2) },
      before: { _id: long(1), name: 'plum', price: long(2) },
      after: { _id: long(1), name: 'fig' },
      gone: { _id: long(3) },
    })
    expect(await shop.callFunction('writes', shop.database)).toEqual({
      inserted: { insertedId: long(4) },
      updated: { matchedCount: long(1), modifiedCount: long(1) },
      upserted: { matchedCount: long(0), modifiedCount: long(0), upsertedId: long(5) },
      many: { matchedCount: long(2), modifiedCount: long(2) },
      deleted: { deletedCount: long(1) },
      rest: { deletedCount: long(1) },
    })
    expect(await shop.callFunction('summaries', shop.database)).toEqual({
      bulk: null,
      prices: [long(3), long(9)],
      count: long(3),
      sum: long(15),
    })
  })

  it('keeps the widths of numbers, and lets only the system use regular expressions', async () => {
    await using shop = await open()
    await shop.callFunction('fill', shop.database)
    await shop.callFunction('widths', shop.database)

    expect(await shop.run('findOne', { query: { _id: 'w' } })).toEqual({
      _id: 'w',
      double: { $numberDouble: '1.0' },
      long: long(1),
      int: { $numberInt: '1' },
    })
    expect(await shop.callFunction('regex', shop.database)).toEqual(long(2))
    expect(await refusedCall(shop, 'regexAsUser')).toEqual(
      failed("'$regex' is not offered to users in 'query.name'"),
    )
  })

  it('lists collections and databases for the system only', async () => {
    await using shop = await open()
    await shop.callFunction('fill', shop.database)

    expect(await shop.callFunction('names', shop.database)).toEqual({
      collections: ['items'],
      knows: true,
    })
    expect(await refusedCall(shop, 'namesAsUser')).toEqual(
      failed("'getDBNames' is not offered to users in functions that run as a user"),
    )
  })

  it('throws in functions what clients are told', async () => {
    await using shop = await open()
    await shop.callFunction('fill', shop.database)

    expect(await refusedCall(shop, 'insertNothing')).toEqual(
      failed('must provide at least one element'),
    )
    expect(await refusedCall(shop, 'insertTwice')).toEqual(
      failed(expect.stringMatching(/^Duplicate key error/)),
    )
    expect(await refusedCall(shop, 'unknownStage')).toEqual(
      failed("Unrecognized pipeline stage name: '$who'."),
    )
    expect(await refusedCall(shop, 'cursor')).toEqual(
      failed('the result is a cursor: return what its toArray() gives'),
    )
    expect(await refusedCall(shop, 'session')).toEqual(
      failed(expect.stringMatching(/^sessions and transactions are not offered/)),
    )
    expect(await refusedCall(shop, 'unknownService')).toEqual(
      failed(expect.stringMatching(/undefined/)),
    )
    expect(await refusedCall(shop, 'unknownDatabase')).toEqual(
      failed("'database' must not be 'admin'"),
    )
  })
})
