import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openTemp } from './open-temp.ts'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('commits', () => {
  it('share one flush among writes that wait together', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 'first' })
    const before = documents.stats()

    await Promise.all(numbers(200).map(_id => things.insertOne({ _id })))

    const after = documents.stats()
    expect(after.writes - before.writes).toBe(200)
    expect(after.commits - before.commits).toBeLessThan(20)
    expect(await things.countDocuments({})).toBe(201)
  })

  it('hold one write each when batches are of one', async () => {
    await using documents = await openTemp({ maxBatch: 1 })
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 'first' })
    const before = documents.stats().commits

    await Promise.all(numbers(20).map(_id => things.insertOne({ _id })))

    expect(documents.stats().commits - before).toBe(20)
  })

  it('refuse one write of a batch without touching the others', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.createIndex({ a: 1 }, { unique: true })

    const results = await Promise.allSettled([1, 2, 1, 3, 2].map(a => things.insertOne({ a })))

    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ])
    expect((await things.find({}, { sort: { a: 1 } })).map(({ a }) => a)).toEqual([1, 2, 3])
  })

  it('come between the steps of a large update', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertMany(numbers(5_000).map(_id => ({ _id, group: 1 })))
    const commitsBefore = documents.stats().commits
    let isUpdated = false

    const update = things.updateMany({ group: 1 }, { $set: { group: 2 } }).then(result => {
      isUpdated = true
      return result
    })
    let between = 0
    while (!isUpdated) {
      await things.insertOne({ group: 3 })
      between += 1
    }

    expect(await update).toEqual({ matchedCount: 5_000, modifiedCount: 5_000 })
    expect(between).toBeGreaterThan(10)
    expect(documents.stats().commits - commitsBefore).toBeGreaterThanOrEqual(50)
  })

  it('are seen by a large update that comes to their documents later', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertMany(numbers(300).map(_id => ({ _id, group: 1, pad: 'x'.repeat(3_000) })))

    const update = things.updateMany({ group: 1 }, { $inc: { touched: 1 } })
    const between = Promise.all([
      things.deleteMany({ _id: { $gte: 101, $lt: 106 } }),
      things.updateMany({ _id: { $gte: 106, $lt: 111 } }, { $set: { group: 2 } }),
    ])

    expect(await update).toEqual({ matchedCount: 290, modifiedCount: 290 })
    await between
    expect(await things.countDocuments({ touched: 1 })).toBe(290)
    expect(await things.countDocuments({ group: 2, touched: { $exists: false } })).toBe(5)
  })

  it('keep files to their owner', async () => {
    await using documents = await openTemp()
    await documents.ping()

    for (const end of ['', '-wal', '-shm']) {
      expect((await stat(documents.path + end)).mode & 0o777).toBe(0o600)
    }
  })

  it('are finished before close resolves, and refused after it', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')

    const last = Promise.all(numbers(50).map(_id => things.insertOne({ _id })))
    await documents.close()

    expect(await last).toHaveLength(50)
    await expect(things.insertOne({})).rejects.toMatchObject({ codeName: 'Unavailable' })
    await expect(things.findOne({ _id: 1 })).rejects.toMatchObject({ codeName: 'Unavailable' })
    await expect(things.find({})).rejects.toMatchObject({ codeName: 'Unavailable' })
  })
})
