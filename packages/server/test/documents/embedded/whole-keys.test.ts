import { type Document, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { openTemp } from './open-temp.ts'

const id = new ObjectId('65a0c0ffee0000000000beef')

const people: readonly Document[] = [
  { _id: 9, owner: 'ada', age: 3 },
  { _id: 1, owner: 'ada', age: 1 },
  { _id: 5, owner: 'ada', age: 2 },
  { _id: 2, owner: id },
  { _id: 3, owner: ['ben', 'eve'] },
  { _id: 4, owner: null },
  { _id: 6 },
]

/** The people behind an index on `owner`. */
const openPeople = async () => {
  const documents = await openTemp()
  const collection = documents.database('shop').collection('people')
  await collection.createIndex({ owner: 1 })
  await collection.insertMany(people)
  return { collection, [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose]() }
}

describe('findOne by the whole key of an index that is not unique', () => {
  it('finds the document inserted first, as a scan does', async () => {
    await using shop = await openPeople()
    const filters = [
      { owner: 'ada' },
      { owner: id },
      { owner: 'eve' },
      { owner: null },
      { owner: 'x' },
    ]

    const found: unknown[] = []
    const scanned: unknown[] = []
    for (const filter of filters) {
      found.push(await shop.collection.findOne(filter))
      scanned.push((await shop.collection.find(filter, { hint: '$natural', limit: 1 }))[0])
    }

    expect(found).toEqual(scanned)
    expect(found).toEqual([people[0], people[3], people[4], people[5], undefined])
  })

  it('keeps to the sort and to the other conditions', async () => {
    await using shop = await openPeople()

    expect(await shop.collection.findOne({ owner: 'ada' }, { sort: { age: 1 } })).toEqual(people[1])
    expect(await shop.collection.findOne({ owner: 'ada', age: 2 })).toEqual(people[2])
    expect(await shop.collection.findOne({ owner: 'ada' }, { skip: 1 })).toEqual(people[1])
    expect(await shop.collection.findOne({ owner: 'ada', age: 7 })).toBeUndefined()
  })

  it('sees what was removed and inserted', async () => {
    await using shop = await openPeople()

    await shop.collection.deleteOne({ _id: 9 })
    const after = await shop.collection.findOne({ owner: 'ada' })
    await shop.collection.updateOne({ _id: 1 }, { $set: { owner: 'eve' } })

    expect(after).toEqual(people[1])
    expect(await shop.collection.findOne({ owner: 'ada' })).toEqual(people[2])
  })
})

const stock: readonly Document[] = [
  { _id: 1, shop: 'north', place: { row: 1 }, code: 7, tags: ['red', 'round'] },
  { _id: 2, shop: 'south', place: { row: 1 }, code: 7, tags: ['blue'] },
  { _id: 3, shop: 'north', place: { row: 2 }, code: 8 },
  { _id: 4, shop: 'north', place: [{ row: 3 }, { row: 4 }], code: 'seven' },
  { _id: 5, shop: 'east', code: null },
]

/** Goods behind indexes that are unique, compound, over arrays, below fields and partial. */
const openStock = async () => {
  const documents = await openTemp()
  const collection = documents.database('shop').collection('stock')
  await collection.createIndex({ shop: 1 }, { partialFilterExpression: { code: 7 } })
  await collection.createIndex({ shop: -1, code: 1 }, { unique: true })
  await collection.createIndex({ tags: 1 })
  await collection.createIndex({ 'place.row': 1 })
  await collection.createIndex({ code: 1, shop: 1, tags: 1 })
  await collection.insertMany(stock)
  return { collection, [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose]() }
}

describe('findOne by the whole key of one of several indexes', () => {
  it.each([
    [{ shop: 'north', code: 7 }, 1],
    [{ code: 7, shop: 'south' }, 2],
    [{ code: Long.fromNumber(8), shop: 'north' }, 3],
    [{ shop: 'north', code: 'seven' }, 4],
    [{ shop: 'east', code: null }, 5],
    [{ shop: { $eq: 'south' }, code: { $gte: 7 } }, 2],
    [{ shop: 'north', code: { $in: [8, 9] } }, 3],
    [{ shop: 'east' }, 5],
    [{ tags: 'round' }, 1],
    [{ 'place.row': 4 }, 4],
    [{ code: 7, shop: 'south', tags: 'blue' }, 2],
    [{ code: 7, shop: 'south', tags: 'red' }, undefined],
    [{ shop: 'south', code: 8 }, undefined],
  ])('finds what a scan finds: %j', async (filter, id) => {
    await using shop = await openStock()

    const found = await shop.collection.findOne(filter)
    const [scanned] = await shop.collection.find(filter, { hint: '$natural', limit: 1 })

    expect(found?._id).toBe(id)
    expect(found).toEqual(scanned)
  })
})
