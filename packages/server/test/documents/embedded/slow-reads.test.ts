import { describe, expect, it } from 'vitest'
import { openTemp, type TempDocuments } from './open-temp.ts'

const endless = { text: { $regex: '^(a+)+$' } }

const openWithTrap = async (): Promise<TempDocuments> => {
  const documents = await openTemp()
  const traps = documents.database('app').collection('traps')
  await traps.insertOne({ _id: 'trap', text: `${'a'.repeat(60)}!`, n: 1 })
  await traps.createIndex({ n: 1 })
  return documents
}

describe('a pattern without end', () => {
  it('ends with its time limit while other reads and writes go on', async () => {
    await using documents = await openWithTrap()
    const traps = documents.database('app').collection('traps')
    let isOver = false

    const trapped = traps.find(endless, { maxTimeMs: 700 }).finally(() => {
      isOver = true
    })
    const refusal = trapped.catch(error => error)
    let reads = 0
    while (!isOver) {
      expect(await traps.findOne({ _id: 'trap' })).toMatchObject({ n: 1 })
      expect(await traps.find({ n: 1 })).toHaveLength(1)
      await traps.updateOne({ _id: 'trap' }, { $inc: { reads: 1 } })
      reads += 1
    }

    expect(await refusal).toMatchObject({ code: 50 })
    expect(reads).toBeGreaterThan(20)
  })

  it('loses none of the reads that wait behind it', async () => {
    await using documents = await openWithTrap()
    const traps = documents.database('app').collection('traps')

    const refusal = traps.find(endless, { maxTimeMs: 200 }).catch(error => error)
    const waiting = Promise.all([
      traps.find({ text: /^a/ }),
      traps.aggregate([{ $match: { text: /^a/ } }, { $count: 'n' }]),
    ])

    expect(await refusal).toMatchObject({ code: 50 })
    const [found, counted] = await waiting
    expect(found).toHaveLength(1)
    expect(counted).toEqual([{ n: 1 }])
  })

  it('ends an update too, and the writes that wait behind it are made', async () => {
    await using documents = await openWithTrap()
    const traps = documents.database('app').collection('traps')

    const refusal = traps.updateOne(endless, { $set: { hit: true } }).catch(error => error)
    const waiting = Promise.all([1, 2, 3].map(_id => traps.insertOne({ _id })))

    expect(await refusal).toMatchObject({ code: 50 })
    await waiting
    expect(await traps.countDocuments({})).toBe(4)
    expect(await traps.findOne({ _id: 'trap' })).not.toHaveProperty('hit')
  })
})

describe('limits of a read', () => {
  it('end a scan that looks at more documents than it may', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertMany(Array.from({ length: 50 }, (_, n) => ({ n })))

    await expect(things.find({ n: 49 }, { maxExamined: 20 })).rejects.toMatchObject({ code: 292 })
    await expect(
      things.aggregate([{ $match: { n: 49 } }], { maxExamined: 20 }),
    ).rejects.toMatchObject({ code: 292 })
    expect(await things.find({ n: 3 }, { maxExamined: 20, limit: 1 })).toHaveLength(1)
  })

  it('end a scan that takes longer than it may', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertMany(Array.from({ length: 20_000 }, (_, n) => ({ n })))

    await expect(things.find({ missing: 1 }, { maxTimeMs: 1 })).rejects.toMatchObject({ code: 50 })
    expect(await things.find({ missing: 1 })).toEqual([])
  })
})
