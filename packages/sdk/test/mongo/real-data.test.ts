import { startTestServer } from '@regent/server/testing'
import { Decimal128, Double, Long, ObjectId, UUID } from 'bson'
import { describe, expect, it } from 'vitest'
import type { User } from '../../src/index.ts'
import { errorOf, open, signUp, startWithAda } from '../real-app.ts'

type Plant = { _id: ObjectId; name: string; sunlight?: string; height?: number; tags?: string[] }

const plantsOf = (user: User) =>
  user.mongoClient('mongodb-atlas').db('shop').collection<Plant>('plants')

const start = () => startWithAda({ app: { dataSources: ['mongodb-atlas'] } })

const threePlants = [
  { name: 'oak', sunlight: 'full', height: 20 },
  { name: 'fern', sunlight: 'shade', height: 1 },
  { name: 'rose', sunlight: 'full', height: 2, tags: ['red', 'thorns'] },
]

describe('a collection of a Regent server', () => {
  it('does every operation', async () => {
    await using world = await start()
    const plants = plantsOf(world.ada)

    const { insertedId } = await plants.insertOne({ name: 'moss' })
    const { insertedIds } = await plants.insertMany(threePlants)
    expect(insertedId).toBeInstanceOf(ObjectId)
    expect(insertedIds).toHaveLength(3)
    expect(await plants.count()).toBe(4)
    expect(await plants.count({ sunlight: 'full' })).toBe(2)
    expect(await plants.count({}, { limit: 3 })).toBe(3)
    expect(await plants.findOne({ _id: insertedId })).toEqual({ _id: insertedId, name: 'moss' })
    expect(await plants.findOne({ name: 'nobody' })).toBeNull()
    expect(
      await plants.find(
        { height: { $gt: 1 } },
        { projection: { _id: 0, name: 1 }, sort: { height: -1 }, limit: 5 },
      ),
    ).toEqual([{ name: 'oak' }, { name: 'rose' }])
    expect(await plants.updateOne({ name: 'moss' }, { $set: { height: 0.1 } })).toEqual({
      matchedCount: 1,
      modifiedCount: 1,
    })
    expect(await plants.updateMany({ sunlight: 'full' }, { $inc: { height: 1 } })).toEqual({
      matchedCount: 2,
      modifiedCount: 2,
    })
    const upserted = await plants.updateOne(
      { name: 'ivy' },
      { $set: { height: 3 } },
      { upsert: true },
    )
    expect(upserted).toEqual({ matchedCount: 0, modifiedCount: 0, upsertedId: upserted.upsertedId })
    expect(upserted.upsertedId).toBeInstanceOf(ObjectId)
    await plants.updateOne(
      { name: 'rose' },
      { $set: { 'tags.$[tag]': 'pink' } },
      { arrayFilters: [{ tag: 'red' }] },
    )
    expect(await plants.findOne({ name: 'rose' })).toMatchObject({ tags: ['pink', 'thorns'] })
    expect(
      await plants.findOneAndUpdate(
        { name: 'fern' },
        { $set: { height: 9 } },
        { returnNewDocument: true, projection: { height: 1, _id: 0 } },
      ),
    ).toEqual({ height: 9 })
    expect(await plants.findOneAndUpdate({ name: 'fern' }, { $inc: { height: 1 } })).toMatchObject({
      height: 9,
    })
    expect(await plants.findOneAndReplace({ name: 'fern' }, { name: 'palm' })).toMatchObject({
      name: 'fern',
    })
    expect(await plants.findOneAndDelete({}, { sort: { name: -1 } })).toMatchObject({
      name: 'rose',
    })
    expect(
      await plants.aggregate([
        { $group: { _id: '$sunlight', count: { $sum: 1 } } },
        { $sort: { _id: 1 } },
      ]),
    ).toEqual([
      { _id: null, count: 3 },
      { _id: 'full', count: 1 },
    ])
    expect(await plants.deleteOne({ name: 'oak' })).toEqual({ deletedCount: 1 })
    expect(await plants.deleteMany()).toEqual({ deletedCount: 3 })
    expect(await plants.find()).toEqual([])
  })

  it('keeps the values that BSON has', async () => {
    await using world = await start()
    const values = world.ada
      .mongoClient('mongodb-atlas')
      .db('shop')
      .collection<{ _id: string }>('values')
    const document = {
      _id: 'all',
      at: new Date('2026-01-02T03:04:05.678Z'),
      id: new ObjectId(),
      exact: Decimal128.fromString('1.10'),
      huge: Long.fromString('9007199254740993'),
      uuid: new UUID(),
      list: [1, -1, 2.5, 4_294_967_296, null, 'text %0A\n\r\\?>', true, { deep: [[]] }],
      odd: { 'a%b': 1, '': 2 },
    }

    await values.insertOne({ ...document, whole: new Double(1) } as never)

    expect(await values.findOne({ _id: 'all' })).toEqual({ ...document, whole: 1 })
    expect(await values.findOne({ whole: { $type: 'double' } })).not.toBeNull()
    expect(await values.findOne({ 'list.3': Long.fromNumber(4_294_967_296) })).not.toBeNull()
  })

  it('says why it refused, and what to do', async () => {
    await using world = await startWithAda({
      app: {
        dataSources: [
          {
            name: 'mongodb-atlas',
            rules: [{ database: 'shop', collection: 'plants', roles: [], filters: [] }],
            defaultRule: {
              roles: [
                { name: 'reader', applyWhen: { visibility: 'public' }, read: true },
                { name: 'owner', applyWhen: { owner: '%%user.id' }, read: true, write: true },
              ],
              filters: [],
            },
          },
        ],
      },
    })
    const { ada } = world
    const source = ada.mongoClient('mongodb-atlas').db('shop')
    const notes = source.collection('notes')
    const own = { _id: 1, owner: ada.id }
    await notes.insertOne(own)

    expect(await errorOf(notes.insertOne(own))).toMatchObject({
      code: 4311,
      message: expect.stringContaining('Duplicate key error'),
      hint: expect.stringContaining('has this value already'),
    })
    expect(await errorOf(notes.insertOne({ owner: 'somebody else' }))).toMatchObject({
      code: 4314,
      message: 'insert not permitted',
      hint: expect.stringContaining('regent rules explain'),
    })
    expect(await errorOf(notes.find({ $where: 'true' }))).toMatchObject({
      code: 4305,
      message: expect.stringContaining('$where'),
      hint: expect.stringContaining('function'),
    })
    expect(await errorOf(ada.mongoClient('nowhere').db('a').collection('b').find())).toMatchObject({
      code: 4318,
      message: "service not found: 'nowhere'",
    })
    expect(await plantsOf(ada).find()).toEqual([])
    expect(await notes.find()).toEqual([own])
  })

  it('goes on after the access token ran out', async () => {
    await using world = await start()
    const plants = plantsOf(world.ada)
    await plants.insertMany(threePlants)
    world.server.advance(31 * 60 * 1_000)

    const found = await Promise.all(
      Array.from({ length: 50 }, () => plants.find({ sunlight: 'full' })),
    )

    expect(found.map(list => list.length)).toEqual(Array.from({ length: 50 }, () => 2))
  })
})

describe('custom data of a Regent server', () => {
  const app = {
    dataSources: ['mongodb-atlas'],
    customUserData: {
      source: 'mongodb-atlas',
      database: 'shop',
      collection: 'people',
      userIdField: 'owner',
    },
  } as const

  it('is empty for a user without a document, and what the document says after a refresh', async () => {
    await using world = await startWithAda({ app })
    const { ada, server } = world
    const people = ada.mongoClient('mongodb-atlas').db('shop').collection('people')
    const at = new Date(5)
    expect(ada.customData).toEqual({})

    await people.insertOne({ _id: 1, owner: ada.id, colour: 'blue', at })
    expect(ada.customData).toEqual({})
    expect(await ada.refreshCustomData()).toEqual({ _id: 1, owner: ada.id, colour: 'blue', at })
    expect(ada.customData).toEqual({ _id: 1, owner: ada.id, colour: 'blue', at })

    await people.updateOne({ owner: ada.id }, { $set: { colour: 'green' } })
    server.advance(31 * 60 * 1_000)
    await people.count()
    expect(ada.customData).toMatchObject({ colour: 'green' })
    const bob = await signUp(open(server), 'bob@example.com')
    expect(bob.customData).toEqual({})
  })

  it('has a type', async () => {
    await using server = await startTestServer({ app })
    type Person = { colour?: string }
    const { App, Credentials } = await import('../../src/index.ts')
    const device = new App<never, Person>({
      id: server.app.clientAppId,
      baseUrl: server.url,
      metadata: { mode: 'inMemory' },
    })
    const user = await device.logIn(Credentials.anonymous())
    const { colour }: Person = user.customData

    expect(colour).toBeUndefined()
    expect((await user.refreshCustomData()).colour).toBeUndefined()
  })
})
