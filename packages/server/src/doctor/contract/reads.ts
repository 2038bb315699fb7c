import {
  Binary,
  BSONRegExp,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson'
import { toText } from './same.ts'

const everyType = (): Document => ({
  _id: new ObjectId('64b7f0c2a1b2c3d4e5f60718'),
  int: new Int32(1),
  double: new Double(1),
  negativeZero: new Double(-0),
  notANumber: new Double(Number.NaN),
  long: Long.fromString('9007199254740993'),
  smallLong: Long.fromNumber(1),
  decimal: Decimal128.fromString('1.50'),
  text: 'ä𝄞',
  yes: true,
  nothing: null,
  at: new Date(1_704_067_200_123),
  bytes: new Binary(Buffer.from('zz')),
  uuid: new UUID('5b0dfa38-9f21-4f0e-8d4b-cd5b26a0a6c2').toBinary(),
  regex: new BSONRegExp('^a(?<!b)', 'im'),
  timestamp: new Timestamp({ t: 5, i: 6 }),
  least: new MinKey(),
  most: new MaxKey(),
  list: [new Int32(1), new Double(2), [Long.fromNumber(3)]],
  nested: { b: new Double(1), a: new Int32(1) },
})

import type { Cases } from './case.ts'
import { expect } from './expect.ts'

const numbers = (): Document => ({
  int: new Int32(5),
  double: new Double(1),
  safe: Long.fromNumber(7),
  large: Long.fromString('9007199254740993'),
})

/** Values as they come back, reading options, collections and databases. */
export const readingCases: Cases = {
  'keeps every BSON type exactly': async ({ database }) => {
    const exact = database.collection('things', { promoteValues: false })
    await exact.insertOne(everyType())
    await exact.updateOne({}, { $set: { 'nested.c': new Double(3) } })

    const stored = await exact.findOne({})

    const wanted = everyType()
    wanted.nested = { ...wanted.nested, c: new Double(3) }
    expect(toText(stored)).toBe(toText(wanted))
    expect(toText(await exact.aggregate([{ $match: {} }]))).toBe(toText([wanted]))
  },

  'hands out plain numbers by default, and a Long that is too large as it is': async ({
    collection,
  }) => {
    await collection.insertOne({ _id: new Double(1), ...numbers() })

    expect(await collection.findOne({})).toEqual({
      _id: 1,
      int: 5,
      double: 1,
      safe: 7,
      large: Long.fromString('9007199254740993'),
    })
  },

  'stores a whole plain number as an int and any other as a double': async ({ collection }) => {
    await collection.insertOne({ _id: 1, whole: 5, half: 0.5, large: 2 ** 40 })

    const types = {
      whole: { $type: '$whole' },
      half: { $type: '$half' },
      large: { $type: '$large' },
    }

    expect(await collection.aggregate([{ $project: types }])).toEqual([
      { _id: 1, whole: 'int', half: 'double', large: 'double' },
    ])
  },

  'counts what matches, within skip and limit': async ({ collection }) => {
    await collection.insertMany([1, 2, 3, 4, 5].map(_id => ({ _id })))

    expect(await collection.countDocuments({ _id: { $gt: 1 } })).toBe(4)
    expect(await collection.countDocuments({}, { skip: 1, limit: 3 })).toBe(3)
    expect(await collection.countDocuments({}, { skip: 4, limit: 3 })).toBe(1)
  },

  'lists the different values of a field, array elements one by one': async ({ collection }) => {
    await collection.insertMany([
      { a: 1, d: { x: 'p' } },
      { a: [1, 2], d: { x: 'q' } },
      { a: Long.fromNumber(2) },
      { a: null },
      { d: { x: 'p' } },
    ])

    expect(new Set(await collection.distinct('a'))).toEqual(new Set([1, 2, null]))
    expect(new Set(await collection.distinct('d.x'))).toEqual(new Set(['p', 'q']))
    expect(await collection.distinct('d.x', { a: 1, 'd.x': 'q' })).toEqual(['q'])
  },

  'finds a short list of ids, each once, without those that are not there': async ({
    collection,
  }) => {
    await collection.insertMany([1, 2, 3, 4].map(_id => ({ _id, n: _id })))

    const found = await collection.find({ _id: { $in: [3, 1, 9, 3, 'x', null] } })
    expect(found).toEqual([
      { _id: 1, n: 1 },
      { _id: 3, n: 3 },
    ])
    expect(await collection.find({ _id: { $in: [] } })).toEqual([])
    expect(await collection.find({ _id: { $in: [2, /a/] } })).toEqual([{ _id: 2, n: 2 }])
    expect(await collection.find({ _id: { $in: [4, 2] }, n: 4 })).toEqual([{ _id: 4, n: 4 }])
    expect(await collection.find({ _id: { $in: [1, 2] } }, { limit: 1 })).toHaveLength(1)
    expect(await collection.find({ _id: { $in: [1] } }, { projection: { n: 0 } })).toEqual([
      { _id: 1 },
    ])
  },

  'answers undefined, an empty list or 0 for a collection that is not there': async ({
    collection,
  }) => {
    expect(await collection.findOne({})).toBeUndefined()
    expect(await collection.find({})).toEqual([])
    expect(await collection.countDocuments({})).toBe(0)
    expect(await collection.aggregate([{ $match: {} }])).toEqual([])
  },

  'lists collections and forgets dropped ones': async ({ database }) => {
    await database.collection('b').insertOne({})
    await database.collection('a').insertOne({})
    expect((await database.listCollections()).toSorted()).toEqual(['a', 'b'])

    await database.collection('b').drop()

    expect(await database.listCollections()).toEqual(['a'])
    expect(await database.collection('b').countDocuments({})).toBe(0)
  },

  'keeps databases apart': async ({ collection, database, documents, otherDatabase }) => {
    const other = otherDatabase
    await collection.insertOne({ _id: 1 })
    await other.collection('things').insertOne({ _id: 1, other: true })

    await other.drop()

    expect(await collection.find({})).toEqual([{ _id: 1 }])
    expect(await other.collection('things').find({})).toEqual([])
    expect(await documents.listDatabases()).toContain(database.name)
    expect(await documents.listDatabases()).not.toContain(other.name)
  },

  'names the stage or operator that it does not know': async ({ collection }) => {
    await collection.insertOne({ _id: 1 })

    await expect(collection.aggregate([{ $who: {} }])).rejects.toThrow(
      "Unrecognized pipeline stage name: '$who'",
    )
    await expect(collection.aggregate([{ $set: { a: { $who: 1 } } }])).rejects.toThrow('$who')
    await expect(collection.updateOne({}, { $who: { a: 1 } })).rejects.toThrow(
      'Unknown modifier: $who',
    )
    await expect(collection.find({ a: { $who: 1 } })).rejects.toThrow('$who')
  },

  'merges the result of a pipeline into another collection': async ({ collection, database }) => {
    const target = database.collection('target')
    await target.insertOne({ _id: 1, kept: true, n: 0 })
    await collection.insertMany([
      { _id: 1, n: 5 },
      { _id: 2, n: 6 },
    ])

    expect(await collection.aggregate([{ $merge: { into: 'target' } }])).toEqual([])

    expect(await target.find({}, { sort: { _id: 1 } })).toEqual([
      { _id: 1, kept: true, n: 5 },
      { _id: 2, n: 6 },
    ])
  },

  'joins, groups and sorts in one pipeline': async ({ collection, database }) => {
    await database.collection('people').insertMany([
      { _id: 'a', name: 'Ada' },
      { _id: 'b', name: 'Bob' },
    ])
    await collection.insertMany(
      ['a', 'b', 'a'].map((by, at) => ({ _id: at, by, cents: (at + 1) * 10 })),
    )

    const totals = await collection.aggregate([
      { $group: { _id: '$by', total: { $sum: '$cents' } } },
      { $lookup: { from: 'people', localField: '_id', foreignField: '_id', as: 'who' } },
      { $project: { _id: 0, name: { $first: '$who.name' }, total: 1 } },
      { $sort: { total: -1 } },
    ])

    expect(totals).toEqual([
      { name: 'Ada', total: 40 },
      { name: 'Bob', total: 20 },
    ])
  },
}
