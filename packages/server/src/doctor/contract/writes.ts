import { type Document, ObjectId } from 'bson'
import type { Collection } from '../../documents/documents.ts'
import type { Cases } from './case.ts'
import { expect } from './expect.ts'

const all = (collection: Collection): Promise<Document[]> =>
  collection.find({}, { sort: { _id: 1 } })

/** Inserting, replacing, deleting and what each answers. */
export const writeCases: Cases = {
  'gives a document an ObjectId and leaves the object of the caller alone': async ({
    collection,
  }) => {
    const mine = { a: 1 }

    const { insertedId } = await collection.insertOne(mine)

    expect(insertedId).toBeInstanceOf(ObjectId)
    expect(mine).toEqual({ a: 1 })
    expect(await collection.findOne({ _id: insertedId })).toEqual({ _id: insertedId, a: 1 })
  },

  'puts _id before the other fields': async ({ collection }) => {
    await collection.insertOne({ a: 1, _id: 5 })

    expect(Object.keys((await collection.findOne({})) ?? {})).toEqual(['_id', 'a'])
  },

  'keeps an _id that is null': async ({ collection }) => {
    const { insertedId } = await collection.insertOne({ _id: null, n: 1 })
    await collection.deleteOne({ _id: null })
    await collection.insertMany([{ _id: null, n: 2 }])

    expect(insertedId).toBe(null)
    expect(await all(collection)).toEqual([{ _id: null, n: 2 }])
  },

  'hands out documents that nobody shares': async ({ collection }) => {
    await collection.insertOne({ _id: 1, list: [1] })
    const first = await collection.findOne({ _id: 1 })
    first?.list.push(2)

    expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, list: [1] })
  },

  'refuses a second document of the same _id, naming key and value': async ({ collection }) => {
    await collection.insertOne({ _id: 'a', n: 1 })

    await expect(collection.insertOne({ _id: 'a', n: 2 })).rejects.toMatchObject({
      code: 11000,
      codeName: 'DuplicateKey',
      keyPattern: { _id: 1 },
      keyValue: { _id: 'a' },
    })
    expect(await all(collection)).toEqual([{ _id: 'a', n: 1 }])
  },

  'stops insertMany at the first document that is refused': async ({ collection }) => {
    const three = [{ _id: 1 }, { _id: 1, again: true }, { _id: 2 }]

    await expect(collection.insertMany(three)).rejects.toMatchObject({ code: 11000 })

    expect(await all(collection)).toEqual([{ _id: 1 }])
  },

  'keeps a field that is called __proto__': async ({ collection }) => {
    const odd = JSON.parse('{ "_id": 1, "__proto__": { "admin": true } }')
    await collection.insertOne(odd)
    await collection.updateOne({ _id: 1 }, { $set: JSON.parse('{ "x.__proto__": 7 }') })

    const [stored] = await all(collection)

    expect(Object.keys(stored ?? {})).toEqual(['_id', '__proto__', 'x'])
    expect(Object.keys(stored?.x)).toEqual(['__proto__'])
    expect(stored?.admin).toBeUndefined()
  },

  'refuses documents beyond 16 MB, inserted or grown': async ({ collection }) => {
    const nineMegabytes = 'x'.repeat(9 * 1024 * 1024)
    await collection.insertOne({ _id: 1, a: nineMegabytes })

    await expect(
      collection.insertOne({ _id: 2, a: nineMegabytes, b: nineMegabytes }),
    ).rejects.toMatchObject({ name: 'DocumentsError' })
    await expect(
      collection.updateOne({ _id: 1 }, { $set: { b: nineMegabytes } }),
    ).rejects.toMatchObject({ name: 'DocumentsError' })
    expect(await collection.countDocuments({})).toBe(1)
    expect(await collection.countDocuments({ b: { $exists: true } })).toBe(0)
  },

  'answers an update without upsertedId when a document matched or none was wanted': async ({
    collection,
  }) => {
    await collection.insertOne({ _id: 1, n: 1 })

    const changed = await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true })
    const missed = await collection.updateOne({ _id: 9 }, { $inc: { n: 1 } })

    expect(changed).toEqual({ matchedCount: 1, modifiedCount: 1 })
    expect(missed).toEqual({ matchedCount: 0, modifiedCount: 0 })
  },

  'answers upsertedId only when an upsert inserted': async ({ collection }) => {
    const made = await collection.updateOne(
      { k: 'x' },
      { $set: { a: 1 }, $setOnInsert: { b: 2 } },
      { upsert: true },
    )

    expect(made).toMatchObject({ matchedCount: 0, modifiedCount: 0 })
    expect(made.upsertedId).toBeInstanceOf(ObjectId)
    expect(await all(collection)).toEqual([{ _id: made.upsertedId, k: 'x', a: 1, b: 2 }])
  },

  'counts a document that the update leaves as it was as matched, not modified': async ({
    collection,
  }) => {
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])

    const result = await collection.updateMany({}, { $set: { n: 2 } })

    expect(result).toEqual({ matchedCount: 2, modifiedCount: 1 })
  },

  'refuses to change _id, and changes nothing else then': async ({ collection }) => {
    await collection.insertOne({ _id: 1, n: 1 })

    const update = { $set: { _id: 2, n: 5 } }

    await expect(collection.updateOne({}, update)).rejects.toMatchObject({ code: 66 })
    await expect(collection.replaceOne({}, { _id: 2 })).rejects.toMatchObject({ code: 66 })
    expect(await all(collection)).toEqual([{ _id: 1, n: 1 }])
  },

  'replaces a document and keeps its _id; an upsert takes it from the filter': async ({
    collection,
  }) => {
    await collection.insertOne({ _id: 1, a: 1, b: 1 })

    const replaced = await collection.replaceOne({ a: 1 }, { c: 1 })
    const made = await collection.replaceOne({ _id: 7, z: 1 }, { c: 2 }, { upsert: true })

    expect(replaced).toEqual({ matchedCount: 1, modifiedCount: 1 })
    expect(made).toEqual({ matchedCount: 0, modifiedCount: 0, upsertedId: 7 })
    expect(await all(collection)).toEqual([
      { _id: 1, c: 1 },
      { _id: 7, c: 2 },
    ])
  },

  'answers the document as it was, or as it is, around one change': async ({ collection }) => {
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])
    const inc = { $inc: { n: 10 } }

    const before = await collection.findOneAndUpdate({}, inc, { sort: { n: -1 } })
    const after = await collection.findOneAndUpdate({ _id: 2 }, inc, { returnDocument: 'after' })
    const none = await collection.findOneAndUpdate({ _id: 3 }, inc)

    expect(before).toEqual({ _id: 2, n: 2 })
    expect(after).toEqual({ _id: 2, n: 22 })
    expect(none).toBeUndefined()
  },

  'answers nothing before an upsert, and the new document after one': async ({ collection }) => {
    const set = { $set: { a: 1 } }

    const before = await collection.findOneAndUpdate({ _id: 1 }, set, { upsert: true })
    const after = await collection.findOneAndUpdate({ _id: 2 }, set, {
      upsert: true,
      returnDocument: 'after',
    })

    expect(before).toBeUndefined()
    expect(after).toEqual({ _id: 2, a: 1 })
    expect(await collection.countDocuments({})).toBe(2)
  },

  'finds and replaces, and finds and deletes, one document': async ({ collection }) => {
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ])

    const replaced = await collection.findOneAndReplace({ n: 1 }, { m: 1 })
    const deleted = await collection.findOneAndDelete({ n: 2 }, { projection: { _id: 0 } })

    expect(replaced).toEqual({ _id: 1, n: 1 })
    expect(deleted).toEqual({ n: 2 })
    expect(await collection.findOneAndDelete({ n: 2 })).toBeUndefined()
    expect(await all(collection)).toEqual([{ _id: 1, m: 1 }])
  },

  'deletes one, or all that match, and counts them': async ({ collection }) => {
    await collection.insertMany([1, 2, 3, 4].map(_id => ({ _id, even: _id % 2 === 0 })))

    expect(await collection.deleteOne({ even: false })).toEqual({ deletedCount: 1 })
    expect(await collection.deleteMany({ even: true })).toEqual({ deletedCount: 2 })
    expect(await collection.deleteMany({ even: true })).toEqual({ deletedCount: 0 })
    expect(await collection.countDocuments({})).toBe(1)
  },

  'runs operations in bulk and counts what they did': async ({ collection }) => {
    await collection.insertOne({ _id: 1, n: 1 })

    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 2, n: 2 } } },
      { updateOne: { filter: { _id: 1 }, update: { $set: { n: 5 } } } },
      { updateMany: { filter: { n: { $gte: 5 } }, update: { $set: { big: true } } } },
      { updateOne: { filter: { _id: 3 }, update: { $set: { n: 3 } }, upsert: true } },
      { replaceOne: { filter: { _id: 2 }, replacement: { n: 9 } } },
      { deleteOne: { filter: { _id: 3 } } },
    ])

    expect(result).toMatchObject({
      insertedCount: 1,
      matchedCount: 3,
      modifiedCount: 3,
      upsertedCount: 1,
      deletedCount: 1,
    })
    expect(await all(collection)).toEqual([
      { _id: 1, n: 5, big: true },
      { _id: 2, n: 9 },
    ])
  },

  'stops a bulk at the first refusal, or goes on when the order does not matter': async ({
    collection,
  }) => {
    await collection.insertOne({ _id: 1 })
    const operations = [
      { insertOne: { document: { _id: 1 } } },
      { insertOne: { document: { _id: 2 } } },
    ]

    await expect(collection.bulkWrite(operations)).rejects.toMatchObject({ code: 11000 })
    expect(await collection.countDocuments({})).toBe(1)
    await expect(collection.bulkWrite(operations, { ordered: false })).rejects.toMatchObject({
      code: 11000,
    })
    expect(await collection.countDocuments({})).toBe(2)
  },

  'loses no increment when many run at once': async ({ collection }) => {
    await collection.insertOne({ _id: 1, n: 0 })

    await Promise.all(
      Array.from({ length: 50 }, () => collection.updateOne({ _id: 1 }, { $inc: { n: 1 } })),
    )

    expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, n: 50 })
  },

  'lets one of many find and delete a document': async ({ collection }) => {
    await collection.insertOne({ _id: 1 })

    const found = await Promise.all(
      Array.from({ length: 20 }, () => collection.findOneAndDelete({ _id: 1 })),
    )

    expect(found.filter(document => document !== undefined)).toEqual([{ _id: 1 }])
  },

  'inserts one document however many upserts of one _id run at once': async ({ collection }) => {
    const upsert = (): Promise<unknown> =>
      collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true })

    await Promise.all(Array.from({ length: 20 }, upsert))

    expect(await all(collection)).toEqual([{ _id: 1, n: 20 }])
  },
}
