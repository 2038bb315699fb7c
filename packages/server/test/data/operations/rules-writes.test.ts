import { expect, it } from 'vitest'
import type { CollectionRules, Role } from '../../../src/domain/data-source.ts'
import { logIn } from '../../client/clients.ts'
import { eachEngine, openShop, type ShopOptions } from './shop.ts'

const int = (number: number) => ({ $numberInt: String(number) })

/** Everybody sees what is public and their own; their own, but for `secret` and `rank`, is theirs to write. */
const owner: Role = {
  name: 'owner',
  applyWhen: { owner: '%%user.id' },
  insert: true,
  delete: true,
  fields: { secret: { read: false, write: false }, rank: { read: true, write: false } },
  additionalFields: { read: true, write: true },
}

const admin: Role = {
  name: 'admin',
  applyWhen: { kind: 'free' },
  read: true,
  write: true,
  insert: true,
  delete: true,
}

const refusedWrite = (action: string) => ({
  status: 403,
  error_code: 'NoMatchingRuleFound',
  error: `${action} not permitted`,
})

const system = `exports = async (database, collection, action, ...args) =>
  context.services.get('mongodb-atlas').db(database).collection(collection)[action](...args)`

const options: ShopOptions = {
  defaultRule: { roles: [admin, owner], filters: [] },
  app: { functions: { system: { source: system, runAsSystem: true } } },
}

eachEngine('writes under rules', engine => {
  const open = async () => {
    const shop = await openShop(engine, options)
    const user = (await logIn(shop.server, 'anon-user')).user_id
    return { shop, user }
  }
  const openOwn = async () => {
    const shop = await openShop(engine, options)
    const { user_id: me, access_token: bearer } = await logIn(shop.server, 'anon-user')
    const { access_token: other } = await logIn(shop.server, 'anon-user')
    const asSystem = (action: string, ...args: unknown[]) =>
      shop.callFunction('system', shop.database, 'items', action, ...args)
    await asSystem('insertMany', [
      { _id: 1, owner: me, text: 'mine', secret: 5, rank: 1 },
      { _id: 2, owner: me, text: 'mine too', secret: 7, rank: 2 },
      { _id: 3, owner: 'somebody', text: 'theirs', secret: 9 },
    ])
    const run = (name: string, args: object) => shop.run(name, args, { bearer })
    const refused = (name: string, args: object) => shop.refused(name, args, { bearer })
    const stored = (_id: number) => asSystem('findOne', { _id })
    return { shop, me, other, run, refused, asSystem, stored }
  }

  it('changes only what the writer may see and write', async () => {
    const { shop, me, run, refused, stored } = await openOwn()
    await using _closing = shop

    expect(await run('updateMany', { query: {}, update: { $set: { text: 'new' } } })).toEqual({
      matchedCount: int(2),
      modifiedCount: int(2),
    })
    expect(await stored(1)).toMatchObject({ text: 'new', secret: { $numberLong: '5' } })
    expect(await stored(3)).toMatchObject({ text: 'theirs' })
    expect(await run('updateOne', { query: { _id: 3 }, update: { $set: { text: 'x' } } })).toEqual({
      matchedCount: int(0),
      modifiedCount: int(0),
    })
    expect(
      await refused('updateOne', { query: { _id: 1 }, update: { $inc: { rank: 1 } } }),
    ).toEqual(refusedWrite('update'))
    expect(
      await refused('updateOne', { query: { _id: 1 }, update: { $set: { secret: 6 } } }),
    ).toEqual(refusedWrite('update'))
    expect(await refused('insertOne', { document: { owner: 'somebody' } })).toEqual(
      refusedWrite('insert'),
    )
    expect(await refused('insertOne', { document: { owner: me, secret: 1 } })).toEqual(
      refusedWrite('insert'),
    )
    expect(await run('insertOne', { document: { _id: 4, owner: me, text: 'ok' } })).toEqual({
      insertedId: int(4),
    })
    expect(await refused('insertMany', { documents: [{ _id: 5, owner: me }, { _id: 6 }] })).toEqual(
      refusedWrite('insert'),
    )
    expect(await run('count', { query: {} })).toEqual({ $numberLong: '3' })
  })

  it('tells nothing of a hidden number, whatever the update', async () => {
    const { shop, me, refused, run, stored } = await openOwn()
    await using _closing = shop
    const query = { _id: 1 }

    for (const update of [
      { $max: { secret: 1 } },
      { $max: { secret: 9 } },
      { $min: { secret: 9 } },
      { $set: { secret: 5 } },
      { $set: { secret: 6 } },
      { $inc: { secret: 0 } },
      [{ $set: { secret: 5 } }],
      { owner: me, text: 'whole', secret: 5 },
    ]) {
      expect(await refused('updateOne', { query, update }), JSON.stringify(update)).toEqual(
        refusedWrite('update'),
      )
    }
    for (const update of [{ $unset: { secret: 1 } }, { $rename: { secret: 'told' } }]) {
      expect(await run('updateOne', { query, update })).toEqual({
        matchedCount: int(1),
        modifiedCount: int(0),
      })
    }
    await run('updateOne', { query, update: [{ $set: { copy: '$secret', text: 'copied' } }] })
    await run('updateOne', { query, update: { $rename: { text: 'words' } } })
    expect(await stored(1)).toEqual({
      _id: { $numberLong: '1' },
      owner: expect.any(String),
      secret: { $numberLong: '5' },
      rank: { $numberLong: '1' },
      words: 'copied',
    })
    expect(await run('updateMany', { query: { secret: 5 }, update: { $set: { a: 1 } } })).toEqual({
      matchedCount: int(0),
      modifiedCount: int(0),
    })
    expect(
      await run('findOneAndUpdate', {
        filter: query,
        update: { $set: { a: 1 } },
        sort: { secret: 1 },
        returnNewDocument: true,
      }),
    ).toEqual({ _id: int(1), owner: expect.any(String), rank: int(1), words: 'copied', a: int(1) })
  })

  it('deletes what the writer may write as a whole', async () => {
    const { shop, me, run, refused } = await openOwn()
    await using _closing = shop
    await run('insertOne', { document: { _id: 4, owner: me } })

    expect(await refused('deleteOne', { query: { _id: 1 } })).toEqual(refusedWrite('delete'))
    expect(await refused('findOneAndDelete', { filter: { _id: 1 } })).toEqual(
      refusedWrite('delete'),
    )
    expect(await run('deleteOne', { query: { _id: 3 } })).toEqual({ deletedCount: int(0) })
    expect(await run('deleteMany', { query: { _id: 4 } })).toEqual({ deletedCount: int(1) })
    expect(await run('deleteOne', { query: { _id: 4 } })).toEqual({ deletedCount: int(0) })
  })

  it('upserts what may be inserted', async () => {
    const { shop, me, run, refused } = await openOwn()
    await using _closing = shop
    const update = { $set: { text: 'made' }, $setOnInsert: { count: 1 } }

    expect(await run('updateOne', { query: { _id: 10, owner: me }, update, upsert: true })).toEqual(
      {
        matchedCount: int(0),
        modifiedCount: int(0),
        upsertedId: int(10),
      },
    )
    expect(
      await run('findOneAndUpdate', {
        filter: { _id: 11, owner: me },
        update,
        upsert: true,
        returnNewDocument: true,
      }),
    ).toEqual({ _id: int(11), owner: me, text: 'made', count: int(1) })
    expect(
      await run('updateMany', {
        query: { _id: 12 },
        update: { owner: me, text: 'whole' },
        upsert: true,
      }),
    ).toMatchObject({ upsertedId: int(12) })
    expect(
      await refused('findOneAndUpdate', { filter: { _id: 13 }, update, upsert: true }),
    ).toEqual(refusedWrite('insert'))
    expect(
      await refused('updateOne', { query: { _id: 3, owner: me }, update, upsert: true }),
    ).toMatchObject({
      error_code: 'MongoDBError',
      error: expect.stringMatching(/^Duplicate key error/),
    })
  })

  it('loses nothing of many writers at once', async () => {
    const { shop, run } = await openOwn()
    await using _closing = shop
    const increments = Array.from({ length: 60 }, (_, at) =>
      at % 2 === 0
        ? run('updateOne', { query: { _id: 1 }, update: { $inc: { count: 1 } } })
        : run('findOneAndUpdate', { filter: { _id: 1 }, update: { $inc: { count: 1 } } }),
    )

    await Promise.all(increments)

    expect(await run('findOne', { query: { _id: 1 }, project: { count: 1 } })).toEqual({
      _id: int(1),
      count: int(60),
    })
  })

  it('judges anew what changed after it was judged', async () => {
    const { shop } = await open()
    await using _closing = shop
    const { access_token: bearer } = await logIn(shop.server, 'anon-user')
    await shop.run('insertOne', { document: { _id: 1, kind: 'free', n: 0 } })

    const racing = await Promise.all([
      ...Array.from({ length: 20 }, () =>
        shop.send(
          'updateOne',
          { query: { _id: 1, kind: 'free' }, update: { $inc: { n: 1 } } },
          { bearer },
        ),
      ),
      shop.callFunction(
        'system',
        shop.database,
        'items',
        'updateOne',
        { _id: 1 },
        { $set: { kind: 'closed' } },
      ),
    ])

    const counts = await Promise.all(
      racing.slice(0, 20).map(async answer => {
        const response = answer as Response
        return response.status === 200
          ? ((await response.json()) as { modifiedCount: { $numberInt: string } }).modifiedCount
              .$numberInt
          : 'refused'
      }),
    )
    const written = counts.filter(count => count === '1').length
    const stored = await shop.callFunction('system', shop.database, 'items', 'findOne', { _id: 1 })
    expect(stored).toEqual({
      _id: { $numberLong: '1' },
      kind: 'closed',
      n: { $numberLong: String(written) },
    })
    expect(counts).not.toContain('refused')
  })

  it('tells rules which operation is asked of which data source', async () => {
    const request = { '%%request.service': 'mongodb-atlas', '%%request.action': 'find' }
    const reader: Role = { name: 'reader', applyWhen: request, read: true }
    const writer: Role = { name: 'writer', applyWhen: {}, insert: true, write: true, read: false }
    await using shop = await openShop(engine, {
      defaultRule: { roles: [reader, writer], filters: [] },
    })
    await shop.run('insertOne', { document: { _id: 1 } })

    expect(await shop.run('find')).toEqual([{ _id: int(1) }])
    expect(await shop.refused('insertMany', { documents: [{ _id: 1 }] })).toMatchObject({
      error_code: 'MongoDBError',
    })
  })

  it('asks schemas, and says which document does not meet one', async () => {
    const rules: CollectionRules[] = [
      {
        database: 'kennel',
        collection: 'dogs',
        roles: [admin, { ...admin, applyWhen: {} }],
        filters: [],
        schema: {
          title: 'Dog',
          bsonType: 'object',
          required: ['_id', 'name'],
          properties: { name: { bsonType: 'string' } },
        },
      },
    ]
    await using shop = await openShop(engine, { rules, defaultRule: undefined })
    const at = { database: 'kennel', collection: 'dogs' }

    expect(await shop.refused('insertOne', { document: { breed: 'x' } }, at)).toMatchObject({
      status: 400,
      error_code: 'SchemaValidationFailedWrite',
    })
    expect(
      await shop.refused(
        'findOneAndUpdate',
        { filter: { _id: 1 }, update: { $set: { breed: 'x' } }, upsert: true },
        at,
      ),
    ).toEqual(refusedWrite('insert'))
    expect(await shop.refused('find', {}, { database: 'kennel', collection: 'cats' })).toEqual({
      status: 403,
      error_code: 'NoMatchingRuleFound',
      error: "no rule exists for namespace 'kennel.cats'",
    })
  })
})
