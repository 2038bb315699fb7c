import { BSON } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { rejection } from './open-app.ts'
import { isObjectId, itemsOf, openShop } from './shop.ts'

const runId = 7

const openItems = async () => {
  const { opened, user } = await openShop()
  const items = itemsOf(user)
  await items.insertMany(
    ['Alice', 'Bob', 'Charlie'].map(name => ({ runId, name, hiddenField: 'very-secret' })),
  )
  return { opened, user, items }
}

const keysOf = (item: object | null): string[] => Object.keys(item ?? {}).sort()

describe('realm-web: reading documents', () => {
  it('finds them with limit, sort and projection, and counts them', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    const found = await items.find({}, { limit: 2, sort: { name: -1 } })
    expect(found.map(item => item.name)).toEqual(['Charlie', 'Bob'])
    expect(found.every(item => isObjectId(item._id))).toBe(true)
    const shown = await items.find({ runId }, { projection: { hiddenField: false, _id: false } })
    expect(shown).toEqual(['Alice', 'Bob', 'Charlie'].map(name => ({ runId, name })))
    expect(await items.find({ name: 'Nobody' })).toEqual([])
    expect(await items.count()).toBe(3)
    expect(await items.count({ name: { $gt: 'Alice' } })).toBe(2)
    expect(await items.count({}, { limit: 1 })).toBe(1)
  })

  it('finds one, or null', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    const bob = await items.findOne({ runId, name: 'Bob' }, { projection: { name: 1 } })
    expect(keysOf(bob)).toEqual(['_id', 'name'])
    expect(await items.findOne({ _id: { $eq: bob?._id } })).toMatchObject({ name: 'Bob' })
    expect(await items.findOne({}, { sort: { name: -1 } })).toMatchObject({ name: 'Charlie' })
    expect(await items.findOne({ whatever: 'non-existent' })).toBeNull()
    expect(await items.findOne({ '': null })).toMatchObject({ name: 'Alice' })
  })

  it('aggregates', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const result = await items.aggregate([
      { $match: { runId } },
      { $group: { _id: null, names: { $push: '$name' }, count: { $sum: 1 } } },
      { $project: { _id: 0 } },
    ])

    expect(result).toEqual([{ names: ['Alice', 'Bob', 'Charlie'], count: 3 }])
  })
})

describe('realm-web: finding one and changing it', () => {
  it('updates, with projection, and gives the old document unless the new one is wanted', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    const old = await items.findOneAndUpdate({ name: 'Bob' }, { $set: { hiddenField: 'x' } })
    expect(old?.hiddenField).toBe('very-secret')
    const shown = await items.findOneAndUpdate(
      { runId, name: 'Bob' },
      { name: 'Bobby' },
      { projection: { name: 1 }, returnNewDocument: true },
    )
    expect(keysOf(shown)).toEqual(['_id', 'name'])
    expect(shown?.name).toBe('Bobby')
    expect(await items.findOneAndUpdate({ name: 'Bob' }, { $set: { name: 'x' } })).toBeNull()
  })

  it('upserts a whole document, without the fields of the filter', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const dennis = { name: 'Dennis', hiddenField: 'a hidden value' }
    const options = { upsert: true, returnNewDocument: true }

    const made = await items.findOneAndUpdate({ runId, name: 'Nobody' }, dennis, options)
    expect(keysOf(made)).toEqual(['_id', 'hiddenField', 'name'])
    expect(isObjectId(made?._id)).toBe(true)
    const before = await items.findOneAndUpdate({ name: 'None' }, dennis, { upsert: true })
    expect(before).toBeNull()
  })

  it('replaces, and shows only fields that there are', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const result = await items.findOneAndReplace(
      { runId, name: 'Alice' },
      { runId, name: 'Alison' },
      { projection: { name: 1, hiddenField: 1 }, upsert: true, returnNewDocument: true },
    )

    expect(result).toEqual({ _id: result?._id, name: 'Alison' })
    expect(await items.count()).toBe(3)
  })

  it('deletes, though the client asks to replace by nothing', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    const gone = await items.findOneAndDelete({ runId }, { sort: { name: -1 } })
    expect(gone?.name).toBe('Charlie')
    expect(keysOf(gone)).toEqual(['_id', 'hiddenField', 'name', 'runId'])
    expect(await items.count({ runId })).toBe(2)
    const first = await items.findOneAndDelete({})
    expect(first?.name).toBe('Alice')
    expect(await items.findOne({ _id: first?._id })).toBeNull()
  })
})

describe('realm-web: writing documents', () => {
  it('inserts, and gives the ids in their types and order', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    const { insertedId } = await items.insertOne({ runId, name: 'Some test document ...' })
    expect(isObjectId(insertedId)).toBe(true)
    expect(await items.findOne({ _id: insertedId })).toEqual({
      _id: insertedId,
      runId,
      name: 'Some test document ...',
    })
    const { insertedIds } = await items.insertMany([
      { _id: 1, name: 'a number' },
      { _id: 'two', name: 'a text' },
      { name: 'none' },
    ])
    expect(insertedIds.slice(0, 2)).toEqual([1, 'two'])
    expect(isObjectId(insertedIds[2])).toBe(true)
  })

  it('updates one, and says nothing of an upsert that was none', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    const changed = await items.updateOne({ runId, name: 'Alice' }, { name: 'Alison' })
    expect(changed).toEqual({ matchedCount: 1, modifiedCount: 1 })
    expect('upsertedId' in changed).toBe(false)
    expect(await items.updateOne({ name: 'Nobody' }, { $set: { runId: 1 } })).toEqual({
      matchedCount: 0,
      modifiedCount: 0,
    })
    const dennis = { runId, name: 'Dennis' }
    const made = await items.updateOne(dennis, dennis, { upsert: true })
    expect(made).toEqual({ matchedCount: 0, modifiedCount: 0, upsertedId: made.upsertedId })
    expect(isObjectId(made.upsertedId)).toBe(true)
  })

  it('replaces many by one document, each keeping its _id', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const ids = (await items.find()).map(item => item._id)

    const changed = await items.updateMany({ runId }, { hiddenField: 'same secret' })

    expect(changed).toEqual({ matchedCount: 3, modifiedCount: 3 })
    expect(await items.find()).toEqual(ids.map(_id => ({ _id, hiddenField: 'same secret' })))
    const dennis = { runId, name: 'Dennis' }
    const made = await items.updateMany(dennis, dennis, { upsert: true })
    expect(isObjectId(made.upsertedId)).toBe(true)
  })

  it('changes elements of lists that arrayFilters name', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    await items.insertOne({ name: 'list', grades: [80, 95, 60] })

    await items.updateOne(
      { name: 'list' },
      { $set: { 'grades.$[low]': 70 } },
      { arrayFilters: [{ low: { $lt: 90 } }] },
    )

    expect(await items.findOne({ name: 'list' })).toMatchObject({ grades: [70, 95, 70] })
  })

  it('deletes one or many', async () => {
    const { opened, items } = await openItems()
    await using _ = opened

    expect(await items.deleteOne({ runId })).toEqual({ deletedCount: 1 })
    expect(await items.deleteMany({ runId })).toEqual({ deletedCount: 2 })
    expect(await items.deleteMany({})).toEqual({ deletedCount: 0 })
    expect(await items.count({ runId })).toBe(0)
  })
})

describe('realm-web: values', () => {
  it('keep their BSON types', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const value = {
      _id: new BSON.ObjectId('65a0c0ffee0000000000beef'),
      name: 'odd %\n\r\n\\????>>>>',
      at: new Date('2026-01-02T03:04:05.678Z'),
      list: [1, 2.5, null, { deep: true }],
      bytes: new BSON.Binary(Buffer.from([1, 2, 3])),
      pattern: 'a.*b',
    }
    await items.insertOne(value)
    const found = (await items.findOne({ _id: value._id })) as unknown as typeof value

    expect(found._id.toHexString()).toBe('65a0c0ffee0000000000beef')
    expect(found).toMatchObject({ name: value.name, at: value.at, list: value.list })
    expect(Buffer.from(found.bytes.buffer).toString('hex')).toBe('010203')
    expect(await items.count({ at: { $gt: new Date(0), $lt: new Date('2027-01-01') } })).toBe(1)
    expect(await items.count({ _id: { $gte: value._id, $type: 'objectId' } })).toBeGreaterThan(0)
  })

  it('of 64 bits are not rounded on the server', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const huge = BSON.Long.fromString('9007199254740993')
    await items.insertOne({ name: 'huge', huge })

    expect(await items.count({ huge })).toBe(1)
    expect(await items.count({ huge: BSON.Long.fromString('9007199254740992') })).toBe(0)
    await items.insertOne({ name: 'small', huge: 5 })
    expect(await items.count({ huge: BSON.Long.fromNumber(5) })).toBe(1)
  })

  it('with a field named error arrive, which only realm-web can read', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    await items.insertOne({ name: 'failed', error: 'out of plums' })

    expect(await items.findOne({ name: 'failed' })).toMatchObject({ error: 'out of plums' })
  })
})

describe('realm-web: what is refused', () => {
  it('names the duplicate key', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    await items.insertOne({ _id: 1, name: 'first' })

    for (const again of [
      () => items.insertOne({ _id: 1, name: 'again' }),
      () => items.insertMany([{ _id: 1, name: 'again' }]),
    ]) {
      expect(await rejection(again())).toMatchObject({
        statusCode: 400,
        errorCode: 'MongoDBError',
        error: expect.stringContaining('Duplicate key error'),
      })
    }
  })

  it('names operators that clients may not use, and those that there are not', async () => {
    const { opened, items } = await openItems()
    await using _ = opened
    const cases: [Promise<unknown>, string][] = [
      [items.find({ $where: 'true' }), '$where'],
      [items.find({ name: { $regex: '^A' } }), '$regex'],
      [items.find({ $who: 1 }), '$who'],
      [items.updateOne({}, { $who: { a: 1 } }), '$who'],
      [items.aggregate([{ $out: 'stolen' }]), '$out'],
      [items.aggregate([{ $who: {} }]), '$who'],
    ]
    for (const [call, operator] of cases) {
      const refused = await rejection(call)
      expect(refused.statusCode).toBe(400)
      expect(refused.error).toContain(operator)
    }
    expect(await rejection(items.insertMany([]))).toMatchObject({
      error: expect.stringContaining('must provide at least one element'),
    })
  })

  it('by the rules: nothing is shown, and a write says that it is not permitted', async () => {
    const rules = [
      {
        database: 'test-database',
        collection: 'test-collection',
        roles: [
          { name: 'own', applyWhen: { owner: '%%user.id' }, read: true, write: true, insert: true },
          { name: 'all', applyWhen: { visibility: 'public' }, read: true, write: false },
        ],
        filters: [],
      },
    ]
    const { opened, user } = await openShop({ dataSources: [{ name: 'local-mongodb', rules }] })
    await using _ = opened
    const items = itemsOf(user)
    const note = (name: string, owner: string, visibility: string) => ({ name, owner, visibility })
    await items.insertOne(note('mine', user.id, 'private'))

    expect(await rejection(items.insertOne(note('theirs', 'x', 'public')))).toMatchObject({
      statusCode: 403,
      errorCode: 'NoMatchingRuleFound',
      error: 'insert not permitted',
    })
    expect((await items.find()).map(item => item.name)).toEqual(['mine'])
    expect(await rejection(itemsOf(user, 'elsewhere').find())).toMatchObject({
      statusCode: 403,
      errorCode: 'NoMatchingRuleFound',
      error: "no rule exists for namespace 'test-database.elsewhere'",
    })
    expect(user.state).toBe('active')
  })

  it('a service that there is not', async () => {
    const { opened, user } = await openShop()
    await using _ = opened
    const refused = await rejection(user.mongoClient('nowhere').db('d').collection('c').find())

    expect(refused).toMatchObject({ statusCode: 404, error: "service not found: 'nowhere'" })
  })
})

describe('realm-web: custom user data', () => {
  it('is the document of the user, as of the last token', async () => {
    const { opened, user } = await openShop({
      customUserData: {
        source: 'local-mongodb',
        database: 'test-database',
        collection: 'people',
        userIdField: 'owner',
      },
    })
    await using _ = opened
    const people = user.mongoClient('local-mongodb').db('test-database').collection('people')
    expect(user.customData).toEqual({})

    await people.insertOne({
      _id: 'ada',
      owner: user.id,
      favourite: 'green',
      list: [1, { a: true }],
    })
    expect(user.customData).toEqual({})
    expect(await user.refreshCustomData()).toMatchObject({ _id: 'ada', favourite: 'green' })
    await people.updateOne({ owner: user.id }, { $set: { favourite: 'blue' } })
    await user.refreshAccessToken()
    expect(user.customData).toMatchObject({ owner: user.id, favourite: 'blue' })
    const laptop = await opened
      .anotherDevice()
      .logIn((await import('realm-web')).Credentials.anonymous())
    expect(laptop.customData).toEqual({})
  })
})
