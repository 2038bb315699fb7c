import { Double, Long } from 'bson'
import type { Cases } from './case.ts'
import { expect } from './expect.ts'

/** Indexes: what they refuse, how they are described, and that reads use them. */
export const indexCases: Cases = {
  'names an index by its key and says so again for the same definition': async ({ collection }) => {
    expect(await collection.createIndex({ user: 1, at: -1 })).toBe('user_1_at_-1')
    expect(await collection.createIndex({ user: 1, at: -1 })).toBe('user_1_at_-1')
    expect((await collection.listIndexes()).map(({ name }) => name)).toEqual([
      '_id_',
      'user_1_at_-1',
    ])
  },

  'refuses another definition under the same name': async ({ collection }) => {
    await collection.createIndex({ a: 1 })

    await expect(collection.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({
      name: 'DocumentsError',
    })
  },

  'describes unique, partial and expiring indexes as they were made': async ({ collection }) => {
    await collection.createIndex({ a: 1 }, { unique: true, name: 'one' })
    await collection.createIndex({ b: 1 }, { partialFilterExpression: { c: { $exists: true } } })
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 })

    const described = new Map((await collection.listIndexes()).map(each => [each.name, each]))

    expect(described.get('one')).toMatchObject({ key: { a: 1 }, unique: true })
    expect(described.get('b_1')).toMatchObject({
      partialFilterExpression: { c: { $exists: true } },
    })
    expect(described.get('at_1')).toMatchObject({ key: { at: 1 }, expireAfterSeconds: 60 })
  },

  'refuses a second document of a unique key, naming key and value': async ({ collection }) => {
    await collection.createIndex({ app: 1, email: 1 }, { unique: true })
    await collection.insertOne({ _id: 1, app: 'a', email: 'x' })
    await collection.insertOne({ _id: 2, app: 'b', email: 'x' })

    await expect(collection.insertOne({ _id: 3, app: 'a', email: 'x' })).rejects.toMatchObject({
      code: 11000,
      keyPattern: { app: 1, email: 1 },
      keyValue: { app: 'a', email: 'x' },
    })
  },

  'refuses an update into a taken key and leaves the document as it was': async ({
    collection,
  }) => {
    await collection.createIndex({ a: 1 }, { unique: true })
    await collection.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ])

    await expect(collection.updateOne({ _id: 2 }, { $set: { a: 1, b: 1 } })).rejects.toMatchObject({
      code: 11000,
    })
    expect(await collection.findOne({ _id: 2 })).toEqual({ _id: 2, a: 2 })
  },

  'takes equal numbers of different types for the same key': async ({ collection }) => {
    await collection.createIndex({ a: 1 }, { unique: true })
    await collection.insertOne({ a: 1 })

    for (const a of [Long.fromNumber(1), new Double(1)]) {
      await expect(collection.insertOne({ a })).rejects.toMatchObject({ code: 11000 })
    }
    await collection.insertOne({ a: '1' })
    expect(await collection.countDocuments({})).toBe(2)
  },

  'takes a missing field for null in a unique key': async ({ collection }) => {
    await collection.createIndex({ a: 1 }, { unique: true })
    await collection.insertOne({ _id: 1 })

    await expect(collection.insertOne({ _id: 2 })).rejects.toMatchObject({ code: 11000 })
    await expect(collection.insertOne({ _id: 3, a: null })).rejects.toMatchObject({ code: 11000 })
  },

  'lets documents outside a partial index share its key': async ({ collection }) => {
    const partialFilterExpression = { active: true }
    await collection.createIndex({ a: 1 }, { unique: true, partialFilterExpression })
    await collection.insertMany([{ a: 1 }, { a: 1 }, { a: 1, active: true }])

    await expect(collection.insertOne({ a: 1, active: true })).rejects.toMatchObject({
      code: 11000,
    })
    await expect(
      collection.updateOne({ active: { $exists: false } }, { $set: { active: true } }),
    ).rejects.toMatchObject({ code: 11000 })
  },

  'indexes each element of an array, once per document': async ({ collection }) => {
    await collection.createIndex({ tags: 1 }, { unique: true })
    await collection.insertOne({ _id: 1, tags: ['a', 'b', 'a'] })

    await expect(collection.insertOne({ _id: 2, tags: ['c', 'b'] })).rejects.toMatchObject({
      code: 11000,
    })
    expect(await collection.find({ tags: 'b' })).toHaveLength(1)
    expect(await collection.find({ tags: { $gte: 'a' } })).toHaveLength(1)
  },

  'refuses a unique index over documents that already break it': async ({ collection }) => {
    await collection.insertMany([{ a: 1 }, { a: 1 }])

    await expect(collection.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({
      code: 11000,
    })
    expect((await collection.listIndexes()).map(({ name }) => name)).toEqual(['_id_'])
  },

  'frees the key when the document goes or changes': async ({ collection }) => {
    await collection.createIndex({ a: 1 }, { unique: true })
    await collection.insertOne({ _id: 1, a: 1 })
    await collection.updateOne({ _id: 1 }, { $set: { a: 2 } })
    await collection.insertOne({ _id: 2, a: 1 })
    await collection.deleteOne({ _id: 1 })
    await collection.insertOne({ _id: 3, a: 2 })

    expect(await collection.countDocuments({})).toBe(2)
  },

  'drops an index, after which its key is free; an unknown one is an error': async ({
    collection,
  }) => {
    const name = await collection.createIndex({ a: 1 }, { unique: true })
    await collection.dropIndex(name)
    await collection.insertMany([{ a: 1 }, { a: 1 }])

    expect(await collection.countDocuments({ a: 1 })).toBe(2)
    await expect(collection.dropIndex(name)).rejects.toMatchObject({ code: 27 })
  },

  'moves a document in and out of a partial index when only its condition changes': async ({
    collection,
  }) => {
    await collection.createIndex(
      { name: 1 },
      { partialFilterExpression: { 'state.open': true }, name: 'open' },
    )
    const open = async () =>
      (await collection.find({ 'state.open': true, name: 'a' }, { hint: 'open' })).length
    await collection.insertOne({ _id: 1, name: 'a', state: { open: false }, other: 1 })
    expect(await open()).toBe(0)

    await collection.updateOne({ _id: 1 }, { $set: { 'state.open': true } })
    expect(await open()).toBe(1)
    await collection.updateOne({ _id: 1 }, { $set: { other: 2 } })
    expect(await open()).toBe(1)
    await collection.updateOne({ _id: 1 }, { $set: { name: 'b' } })
    expect(await open()).toBe(0)
  },

  'reads by _id, through an index, or through everything': async ({ collection }) => {
    await collection.createIndex({ user: 1, at: 1 })
    await collection.insertMany([1, 2, 3].map(_id => ({ _id, user: 'u', at: _id })))

    expect(await collection.explain({ _id: 1 })).toMatchObject({ stage: 'IDHACK' })
    expect(await collection.explain({ user: 'u' }, { sort: { at: 1 } })).toMatchObject({
      stage: 'IXSCAN',
      indexName: 'user_1_at_1',
      sortedByIndex: true,
    })
    expect(await collection.explain({ other: 1 })).toMatchObject({ stage: 'COLLSCAN' })
  },

  'finds the same with an index as without': async ({ collection }) => {
    const values = [null, 1, 2.5, 'a', [1, 9], [], { x: 1 }, true, new Date(5), undefined]
    await collection.insertMany(values.map((a, _id) => (a === undefined ? { _id } : { _id, a })))
    const filters = [{ a: null }, { a: { $gt: 1 } }, { a: { $in: [1, 'a'] } }, { a: [1, 9] }]
    const ids = async (filter: object): Promise<unknown[]> =>
      (await collection.find(filter, { sort: { _id: 1 } })).map(({ _id }) => _id)
    const before = await Promise.all(filters.map(ids))

    await collection.createIndex({ a: 1 })

    expect(await Promise.all(filters.map(ids))).toEqual(before)
    expect(before).toEqual([[0, 9], [2, 4], [1, 3, 4], [4]])
  },
}
