import { type Document, ObjectId } from 'bson'
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
