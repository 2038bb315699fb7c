import { expect, it } from 'vitest'
import { type Engine, eachEngine, everything, openShop, type Shop } from '../operations/shop.ts'

const collection = 'items'

/** Everybody sees `name`, `list.name` and their own documents whole; `secret` and `list.key` are hidden in others. */
const withSecrets = async (engine: Engine): Promise<Shop> => {
  const roles = [
    { ...everything.roles[0], name: 'owner', applyWhen: { owner: '%%user.id' } },
    {
      name: 'reader',
      applyWhen: { closed: { '%exists': false } },
      fields: {
        _id: { read: true },
        name: { read: true, write: true },
        count: { read: true, write: true },
        list: { fields: { name: { read: true, write: true } } },
      },
    },
  ]
  const functions = {
    fill: {
      source: `exports = database => context.services.get('mongodb-atlas').db(database).collection('items').insertMany([
        { _id: 1, name: 'a', secret: 10, list: [{ name: 'x', key: 1 }, { name: 'y', key: 2 }] },
        { _id: 2, name: 'b', secret: 20, list: [{ name: 'x', key: 2 }] },
        { _id: 3, name: 'c', secret: 'text' },
        { _id: 4, name: 'd', secret: 30, closed: true },
      ]).then(() => true)`,
      runAsSystem: true,
    },
    stored: {
      source: `exports = database => context.services.get('mongodb-atlas').db(database).collection('items').find({}, {}).sort({ _id: 1 }).toArray()`,
      runAsSystem: true,
    },
  }
  const shop = await openShop(engine, {
    defaultRule: { roles, filters: [] } as never,
    app: { functions },
  })
  await shop.callFunction('fill', shop.database)
  return shop
}

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, inner) => {
    const number = inner?.$numberInt ?? inner?.$numberLong ?? inner?.$numberDouble
    return number === undefined ? inner : Number(number)
  })

const a = { _id: 1, name: 'a', list: [{ name: 'x' }, { name: 'y' }] }
const b = { _id: 2, name: 'b', list: [{ name: 'x' }] }
const c = { _id: 3, name: 'c' }

eachEngine('hidden fields', engine => {
  const read = async (shop: Shop, name: string, args: object) => plain(await shop.run(name, args))

  it('are as if they were not there for a query', async () => {
    await using shop = await withSecrets(engine)
    const find = (query: object) => read(shop, 'find', { query })

    expect(await find({})).toEqual([a, b, c])
    expect(await find({ secret: 10 })).toEqual([])
    expect(await find({ secret: { $gt: 0 } })).toEqual([])
    expect(await find({ secret: { $exists: false } })).toEqual([a, b, c])
    expect(await find({ secret: { $ne: 10 } })).toEqual([a, b, c])
    expect(await find({ secret: { $type: 'string' } })).toEqual([])
    expect(await find({ $or: [{ secret: 10 }, { name: 'b' }] })).toEqual([b])
    expect(await find({ $nor: [{ secret: 10 }] })).toEqual([a, b, c])
    expect(await find({ 'list.key': 1 })).toEqual([])
    expect(await find({ list: { $elemMatch: { name: 'x', key: 1 } } })).toEqual([])
    expect(await find({ list: [{ name: 'x' }] })).toEqual([b])
    expect(await find({ _id: 4 })).toEqual([])
    expect(await read(shop, 'count', { query: { secret: 10 } })).toBe(0)
    expect(await read(shop, 'count', { query: {} })).toBe(3)
    expect(await read(shop, 'findOne', { query: { secret: 10 } })).toBeNull()
  })

  it('give no order, and come through no projection', async () => {
    await using shop = await withSecrets(engine)
    const find = (args: object) => read(shop, 'find', { query: {}, ...args })

    expect(await find({ sort: { secret: -1 } })).toEqual([a, b, c])
    expect(await find({ sort: { secret: 1, _id: -1 } })).toEqual([c, b, a])
    expect(await find({ project: { secret: 1 } })).toEqual([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    expect(await find({ project: { 'list.key': 1 } })).toEqual([
      { _id: 1, list: [{}, {}] },
      { _id: 2, list: [{}] },
      { _id: 3 },
    ])
    expect(await find({ project: { name: 0 } })).toEqual(
      [a, b, c].map(({ name: _name, ...rest }) => rest),
    )
    expect(await find({ project: { list: { $slice: 1 } }, limit: 1 })).toEqual([
      { ...a, list: [{ name: 'x' }] },
    ])
    expect(await find({ project: { list: { $elemMatch: { key: 2 } } } })).toEqual([
      { _id: 1 },
      { _id: 2 },
      { _id: 3 },
    ])
  })

  it('are in no stage of a pipeline', async () => {
    await using shop = await withSecrets(engine)
    const aggregate = (...pipeline: object[]) => read(shop, 'aggregate', { pipeline })

    expect(await aggregate({ $match: { secret: 10 } })).toEqual([])
    expect(await aggregate({ $group: { _id: '$secret', count: { $sum: 1 } } })).toEqual([
      { _id: null, count: 3 },
    ])
    expect(
      await aggregate({
        $group: { _id: null, most: { $max: '$secret' }, all: { $push: '$$ROOT' } },
      }),
    ).toEqual([{ _id: null, most: null, all: [a, b, c] }])
    expect(await aggregate({ $project: { copy: '$secret' } })).toEqual([
      { _id: 1 },
      { _id: 2 },
      { _id: 3 },
    ])
    expect(await aggregate({ $addFields: { copy: '$list.key' } }, { $match: { _id: 2 } })).toEqual([
      { ...b, copy: [] },
    ])
    expect(await aggregate({ $sort: { secret: -1, _id: 1 } }, { $limit: 1 })).toEqual([a])
    expect(await aggregate({ $unwind: '$list' }, { $match: { 'list.key': 2 } })).toEqual([])
    expect(
      await aggregate({ $replaceRoot: { newRoot: { all: '$$ROOT' } } }, { $limit: 1 }),
    ).toEqual([{ all: a }])
    expect(await aggregate({ $sortByCount: '$secret' })).toEqual([{ _id: null, count: 3 }])
    expect(await aggregate({ $count: 'count' })).toEqual([{ count: 3 }])
  })

  it('cannot be reached around the rules', async () => {
    await using shop = await withSecrets(engine)
    const refusal = async (...pipeline: object[]) =>
      (await shop.refused('aggregate', { pipeline })).error

    const stages = {
      $lookup: { from: collection, pipeline: [], as: 'all' },
      $graphLookup: {
        from: collection,
        startWith: '$_id',
        connectFromField: '_id',
        connectToField: '_id',
        as: 'all',
      },
      $unionWith: collection,
      $facet: { all: [] },
      $out: 'stolen',
      $merge: { into: 'stolen' },
    }
    for (const [stage, operand] of Object.entries(stages)) {
      expect(await refusal({ [stage]: operand })).toContain(`'${stage}' is not offered to users`)
    }
    const body = { body: 'function () { return 1 }', args: [], lang: 'js' }
    expect(await refusal({ $project: { x: { $function: body } } })).toContain(
      "'$function' is not offered to users",
    )
    expect(await refusal({ $match: { $expr: { $eq: ['$secret', 10] } } })).toContain(
      "'$expr' is not offered to users",
    )
    for (const query of [
      { $where: 'this.secret == 10' },
      { $expr: { $eq: ['$secret', 10] } },
      { secret: { $regex: '^t' } },
    ]) {
      expect((await shop.refused('find', { query })).error).toContain('is not offered to users')
    }
  })

  it('are told by no error', async () => {
    await using shop = await withSecrets(engine)
    const run = async (...pipeline: object[]) => {
      const response = await shop.send('aggregate', { pipeline })
      return { status: response.status, text: await response.text() }
    }

    const added = await run(
      { $match: { _id: { $in: [1, 3] } } },
      { $project: { sum: { $add: ['$secret', 1] } } },
    )
    const divided = await run({ $project: { x: { $divide: [1, { $subtract: ['$secret', 10] }] } } })
    const size = await run({ $project: { x: { $size: '$secret' } } })

    expect(added.status).toBe(200)
    expect(divided.status).toBe(200)
    expect(size.status).toBe(400)
    expect(`${added.text}${divided.text}${size.text}`).not.toMatch(/text|string/)
  })

  it('are copied into no field that is seen, and decide about no change', async () => {
    await using shop = await withSecrets(engine)
    const before = plain(await shop.callFunction('stored', shop.database)) as { _id: number }[]
    const update = (query: object, update: object, more: object = {}) =>
      shop.send('updateOne', { query, update, ...more }).then(async response => {
        const answer = (await response.json()) as { error?: string }
        return answer.error ?? plain(answer)
      })
    const stored = async () => plain(await shop.callFunction('stored', shop.database))

    const none = { matchedCount: 0, modifiedCount: 0 }
    const same = { matchedCount: 1, modifiedCount: 0 }
    const refused = 'update not permitted'
    expect(await update({ secret: 10 }, { $set: { name: 'z' } })).toEqual(none)
    expect(await update({ _id: 4 }, { $set: { name: 'z' } })).toEqual(none)
    expect(await update({ _id: 1 }, { $set: { secret: 10 } })).toBe(refused)
    expect(await update({ _id: 1 }, { $set: { secret: 11 } })).toBe(refused)
    expect(await update({ _id: 1 }, { $inc: { secret: 1 } })).toBe(refused)
    expect(await update({ _id: 1 }, { $max: { secret: 5 } })).toBe(refused)
    expect(await update({ _id: 1 }, { $max: { secret: 15 } })).toBe(refused)
    expect(await update({ _id: 1 }, { $unset: { secret: '' } })).toEqual(same)
    expect(await update({ _id: 1 }, { $rename: { secret: 'count' } })).toEqual(same)
    expect(await update({ _id: 1 }, { $push: { list: { name: 'z' } } })).toBe(refused)
    expect(await update({ _id: 1 }, { $pull: { list: { key: 1 } } })).not.toMatchObject({
      modifiedCount: 1,
    })
    const filters = (key: number) => ({ arrayFilters: [{ 'e.key': key }] })
    const guesses = [1, 2, 3].map(key =>
      update({ _id: 1 }, { $set: { 'list.$[e].name': 'z' } }, filters(key)),
    )
    expect(new Set((await Promise.all(guesses)).map(one => JSON.stringify(one))).size).toBe(1)
    expect(await stored()).toEqual(before)

    await shop.send('updateOne', { query: { _id: 1 }, update: [{ $set: { name: '$secret' } }] })
    const [first] = (await stored()) as { name?: string; secret: number }[]
    expect(first?.secret).toBe(10)
    expect([undefined, 'a']).toContain(first?.name)
  })

  it('are not in what findOneAnd gives, before or after', async () => {
    await using shop = await withSecrets(engine)
    const change = { filter: { _id: 1 }, update: { $set: { count: 1 } } }
    const run = async (name: string, args: object) => plain(await shop.run(name, args))

    expect(await run('findOneAndUpdate', change)).toEqual(a)
    expect(await run('findOneAndUpdate', { ...change, returnNewDocument: true })).toEqual({
      ...a,
      count: 1,
    })
    expect(await run('findOneAndUpdate', { ...change, projection: { secret: 1 } })).toEqual({
      _id: 1,
    })
    expect(await run('findOneAndUpdate', { ...change, filter: { secret: 20 } })).toBeNull()
    expect(
      await run('findOneAndUpdate', { ...change, filter: {}, sort: { secret: -1 } }),
    ).toMatchObject({ _id: 1 })
    expect((await shop.refused('findOneAndDelete', { filter: { _id: 2 } })).error).toBe(
      'delete not permitted',
    )
    expect(await run('findOneAndDelete', { filter: { secret: 20 } })).toBeNull()
  })

  it('are not told by an upsert', async () => {
    await using shop = await withSecrets(engine)
    const upsert = (query: object) =>
      shop.refused('updateOne', { query, update: { $set: { name: 'z' } }, upsert: true })

    const right = await upsert({ secret: 10 })
    const wrong = await upsert({ secret: 11 })

    expect(right).toEqual({
      status: 403,
      error: 'insert not permitted',
      error_code: 'NoMatchingRuleFound',
    })
    expect(wrong).toEqual(right)
  })

  it('stay when what is seen is replaced', async () => {
    await using shop = await withSecrets(engine)

    expect(
      plain(await shop.run('updateOne', { query: { _id: 3 }, update: { name: 'z' } })),
    ).toEqual({ matchedCount: 1, modifiedCount: 1 })

    const [, , third] = plain(await shop.callFunction('stored', shop.database)) as object[]
    expect(third).toEqual({ _id: 3, name: 'z', secret: 'text' })
  })
})
