import { calculateObjectSize } from 'bson'
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

describe('reads of several owners', () => {
  it('that are slow keep no slow read of another waiting', async () => {
    await using documents = await openWithTrap()
    const traps = documents.database('app').collection('traps')
    let ended = 0
    const slow = Array.from({ length: 6 }, () =>
      traps.find(endless, { maxTimeMs: 2_000, owner: 'ada' }).catch(() => {
        ended += 1
      }),
    )

    const [counted] = await traps.aggregate([{ $match: { text: /^a/ } }, { $count: 'n' }], {
      owner: 'bob',
    })

    expect(counted).toEqual({ n: 1 })
    expect(ended).toBe(0)
    await documents.close()
    await Promise.all(slow)
  })

  it('take turns where one asks for much', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertMany(Array.from({ length: 2_000 }, (_, n) => ({ n })))
    let done = 0
    const many = Array.from({ length: 30 }, async () => {
      await things.find({ n: { $gte: 0 } }, { owner: 'ada' })
      done += 1
    })

    expect(await things.find({ n: 5 }, { owner: 'bob', limit: 1 })).toHaveLength(1)
    expect(done).toBeLessThan(15)

    await Promise.all(many)
    expect(done).toBe(30)
  })

  it('of one owner are refused beyond what may wait, and others still answered', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertMany([{ n: 1 }])

    const outcomes = await Promise.allSettled(
      Array.from({ length: 600 }, () => things.find({ n: 1 }, { owner: 'ada' })),
    )

    const refused = outcomes.filter(one => one.status === 'rejected').map(one => one.reason)
    expect(refused.length).toBeGreaterThan(50)
    expect(refused[0]).toMatchObject({ code: 10107, message: 'too many reads are waiting' })
    expect(await things.find({ n: 1 }, { owner: 'bob' })).toHaveLength(1)
  })
})

describe('how much a read gives', () => {
  it('is told before it is handed out, whichever way it went', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    const stored = { _id: 1, text: 'x'.repeat(1_000) }
    await things.insertOne(stored)
    const told: number[] = []
    const onBytes = (bytes: number) => told.push(bytes)

    await things.findOne({ _id: 1 }, { onBytes })
    await things.find({}, { onBytes })
    await things.aggregate([{ $match: {} }], { onBytes })
    await things.findOne({ _id: 2 }, { onBytes })

    expect(new Set(told)).toEqual(new Set([calculateObjectSize(stored)]))
    expect(told).toHaveLength(3)
  })

  it('is bounded where one document is read by its id', async () => {
    await using documents = await openTemp()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 1, text: 'x'.repeat(1_000) })

    const refusal = await things.findOne({ _id: 1 }, { maxResultBytes: 500 }).catch(error => error)

    expect(refusal).toMatchObject({ code: 292 })
    expect(await things.findOne({ _id: 1 }, { maxResultBytes: 2_000 })).toMatchObject({ _id: 1 })
  })
})
