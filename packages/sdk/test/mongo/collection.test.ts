import { Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import type { User } from '../../src/index.ts'
import { logInAs } from '../logged-in.ts'
import { startWireServer, type WireServer } from '../wire-server.ts'

const path = '/functions/call'

type Plant = { _id: ObjectId; name: string; count?: number; planted?: Date }

const plantsOf = (user: User) =>
  user.mongoClient('mongodb-atlas').db('shop').collection<Plant>('plants')

const open = async () => {
  const server = await startWireServer()
  const { user } = await logInAs(server, 'ada')
  return {
    server,
    user,
    plants: plantsOf(user),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const answerCalls = (server: WireServer, body: unknown): void => {
  server.answerWith(seen =>
    seen.path.endsWith(path) ? { status: 200, body: JSON.stringify(body) } : undefined,
  )
}

const names = { database: 'shop', collection: 'plants' }
const id = new ObjectId('65a0c0ffee0000000000beef')
const oid = { $oid: '65a0c0ffee0000000000beef' }

describe('user.mongoClient', () => {
  it('names service, database and collection, and sends nothing', async () => {
    await using world = await open()
    const before = world.server.requests.length
    const service = world.user.mongoClient('mongodb-atlas')
    const database = service.db('shop')
    const collection = database.collection('plants')

    expect(service.serviceName).toBe('mongodb-atlas')
    expect(database.name).toBe('shop')
    expect(collection).toMatchObject({
      name: 'plants',
      databaseName: 'shop',
      serviceName: 'mongodb-atlas',
    })
    expect(world.server.requests.length).toBe(before)
  })

  it('refuses names that are none in the words of the Realm SDK', async () => {
    await using world = await open()
    const { user } = world

    expect(() => user.mongoClient(1 as never)).toThrow(
      "Expected 'serviceName' to be a string, got a number",
    )
    expect(() => user.mongoClient('')).toThrow(
      'Please provide the name of the MongoDB service to connect to',
    )
    expect(() => user.mongoClient('a').db(undefined as never)).toThrow(
      "Expected 'databaseName' to be a string, got undefined",
    )
    expect(() =>
      user
        .mongoClient('a')
        .db('b')
        .collection({} as never),
    ).toThrow("Expected 'collectionName' to be a string, got an object")
  })
})

describe('a collection', () => {
  it('sends every call as realm-core names it, without options that were not given', async () => {
    await using world = await open()
    const { server, plants } = world
    answerCalls(server, null)
    const filter = { name: 'oak' }
    const update = { $set: { name: 'elm' } }
    const sort = { name: 1 }
    const sent = { name: { $numberInt: '1' } }
    const cases: [() => Promise<unknown>, string, object][] = [
      [() => plants.find(), 'find', { query: {} }],
      [
        () => plants.find(filter, { projection: { name: 1 }, sort, limit: 2 }),
        'find',
        { query: filter, project: sent, sort: sent, limit: { $numberInt: '2' } },
      ],
      [() => plants.findOne({ _id: id }), 'findOne', { query: { _id: oid } }],
      [() => plants.findOne({}, { sort }), 'findOne', { query: {}, sort: sent }],
      [
        () =>
          plants.findOneAndUpdate(filter, update, {
            projection: { name: 1 },
            sort,
            upsert: true,
            returnNewDocument: true,
          }),
        'findOneAndUpdate',
        { filter, update, projection: sent, sort: sent, upsert: true, returnNewDocument: true },
      ],
      [
        () => plants.findOneAndReplace(filter, { name: 'elm' }, { upsert: false }),
        'findOneAndReplace',
        { filter, update: { name: 'elm' }, upsert: false },
      ],
      [() => plants.findOneAndDelete(filter, { sort }), 'findOneAndDelete', { filter, sort: sent }],
      [() => plants.findOneAndDelete(), 'findOneAndDelete', { filter: {} }],
      [
        () => plants.aggregate([{ $match: filter }]),
        'aggregate',
        { pipeline: [{ $match: filter }] },
      ],
      [
        () => plants.count(filter, { limit: 5 }),
        'count',
        { query: filter, limit: { $numberInt: '5' } },
      ],
      [
        () => plants.insertOne({ name: 'oak', planted: new Date(5) }),
        'insertOne',
        { document: { name: 'oak', planted: { $date: { $numberLong: '5' } } } },
      ],
      [() => plants.insertMany([{ name: 'oak' }]), 'insertMany', { documents: [{ name: 'oak' }] }],
      [() => plants.deleteOne(filter), 'deleteOne', { query: filter }],
      [() => plants.deleteMany(), 'deleteMany', { query: {} }],
      [() => plants.updateOne(filter, update), 'updateOne', { query: filter, update }],
      [
        () => plants.updateMany(filter, update, { upsert: true, arrayFilters: [{ 'x.a': 'b' }] }),
        'updateMany',
        { query: filter, update, upsert: true, arrayFilters: [{ 'x.a': 'b' }] },
      ],
    ]

    for (const [call, name, argument] of cases) {
      await call()
      expect(server.requests.at(-1)).toMatchObject({ method: 'POST', bearer: expect.any(String) })
      expect(server.requests.at(-1)?.body).toEqual({
        name,
        arguments: [{ ...names, ...argument }],
        service: 'mongodb-atlas',
      })
    }
  })

  it('gives BSON values of both dialects', async () => {
    await using world = await open()
    const { server, plants } = world
    answerCalls(server, [
      {
        _id: oid,
        name: 'oak',
        count: { $numberInt: '3' },
        planted: { $date: { $numberLong: '5' } },
      },
      { _id: oid, name: 'elm', count: 3, planted: { $date: '1970-01-01T00:00:00.005Z' } },
      { _id: oid, name: 'fir', count: { $numberLong: '9007199254740993' } },
    ])

    expect(await plants.find()).toEqual([
      { _id: id, name: 'oak', count: 3, planted: new Date(5) },
      { _id: id, name: 'elm', count: 3, planted: new Date(5) },
      { _id: id, name: 'fir', count: Long.fromString('9007199254740993') },
    ])
    answerCalls(server, { insertedIds: [oid, { $numberInt: '7' }, 'text'] })
    expect(await plants.insertMany([])).toEqual({ insertedIds: [id, 7, 'text'] })
    answerCalls(server, { matchedCount: { $numberInt: '0' }, modifiedCount: { $numberInt: '0' } })
    expect(await plants.updateOne({}, { $set: {} })).toEqual({ matchedCount: 0, modifiedCount: 0 })
    answerCalls(server, { $numberLong: '12' })
    expect(await plants.count()).toBe(12)
    answerCalls(server, null)
    expect(await plants.findOne()).toBeNull()
  })

  it('loses no condition that is undefined: it is sent as null', async () => {
    await using world = await open()
    const { server, plants } = world
    answerCalls(server, { deletedCount: { $numberInt: '0' } })
    const nobody: { readonly name?: string } = {}

    await plants.deleteMany({ name: nobody.name as never, tags: [{ kind: undefined }] })

    expect(server.requests.at(-1)?.body).toMatchObject({
      arguments: [{ ...names, query: { name: null, tags: [{ kind: null }] } }],
    })
  })

  it('rejects with what the server said, and with what to do', async () => {
    await using world = await open()
    const { server, plants } = world
    const cases: [number, string | undefined, string, number, string][] = [
      [400, 'MongoDBError', 'Duplicate key error: E11000 …', 4311, 'has this value already'],
      [400, 'MongoDBError', 'unknown operator', 4311, 'What the database refused'],
      [403, 'NoMatchingRuleFound', "no rule exists for namespace 'shop.x'", 4314, 'rules.json'],
      [403, 'NoMatchingRuleFound', 'insert not permitted', 4314, 'role'],
      [400, 'SchemaValidationFailedWrite', 'the document does not …', 4350, 'schema.json'],
      [400, 'InvalidParameter', "'$where' is not offered to users in a query", 4305, 'function'],
      [400, 'ReadSizeLimitExceeded', 'too much', 4304, 'limit'],
      [404, 'ServiceNotFound', "service not found: 'x'", 4318, 'data_sources'],
      [400, 'ServiceCommandNotFound', "the data source has no command 'x'", 4321, 'older'],
    ]
    for (const [status, error_code, error, code, hint] of cases) {
      server.answerWith(seen =>
        seen.path.endsWith(path) ? { status, body: { error, error_code } } : undefined,
      )
      await expect(plants.find()).rejects.toMatchObject({
        name: 'RegentError',
        code,
        errorCode: error_code,
        message: error,
        hint: expect.stringContaining(hint),
      })
    }
  })

  it('sends nothing for values that cannot be written, nor for a user who is logged out', async () => {
    await using world = await open()
    const { server, user, plants } = world
    const before = server.requests.length
    const loop: { self?: object } = {}
    loop.self = loop

    await expect(plants.insertOne(loop as never)).rejects.toThrow(TypeError)
    expect(server.requests.length).toBe(before)
    await user.logOut()
    const after = server.requests.length
    await expect(plants.find()).rejects.toMatchObject({ code: 4101 })
    expect(server.requests.length).toBe(after)
  })
})

describe('a storm of 1,000 finds whose token ran out', () => {
  it('refreshes once, and every find answers', async () => {
    await using world = await open()
    const { server, user, plants } = world
    const expired = user.accessToken
    server.answerWith(seen => {
      if (!seen.path.endsWith(path)) return undefined
      if (seen.bearer !== expired) return { status: 200, body: '[]' }
      return { status: 401, body: { error: 'invalid session', error_code: 'InvalidSession' } }
    })

    const found = await Promise.all(
      Array.from({ length: 1_000 }, () => plants.find({ name: 'oak' })),
    )

    expect(found).toHaveLength(1_000)
    expect(server.count('POST', '/auth/session')).toBe(1)
    expect(server.count('POST', path)).toBeLessThanOrEqual(2_000)
    expect(user.isLoggedIn).toBe(true)
  })
})
