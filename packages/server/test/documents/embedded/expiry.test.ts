import { describe, expect, it } from 'vitest'
import { openTemp } from './open-temp.ts'

describe('an expiring index', () => {
  it('deletes documents once their date lies further back than it allows', async () => {
    let time = Date.UTC(2026, 0, 1)
    await using documents = await openTemp({ now: () => time })
    const sessions = documents.database('app').collection('sessions')
    await sessions.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 60 })
    await sessions.insertMany([
      { _id: 'now', expiresAt: new Date(time) },
      { _id: 'later', expiresAt: new Date(time + 30_000) },
      { _id: 'earliest of two', expiresAt: [new Date(time + 90_000), new Date(time)] },
      { _id: 'never' },
      { _id: 'no date', expiresAt: 5 },
    ])
    const left = async (): Promise<unknown[]> =>
      (await sessions.find({}, { sort: { _id: 1 } })).map(({ _id }) => _id)

    time += 59_999
    expect(await documents.expireNow()).toBe(0)
    time += 1
    expect(await documents.expireNow()).toBe(2)
    expect(await left()).toEqual(['later', 'never', 'no date'])
    time += 30_000
    expect(await documents.expireNow()).toBe(1)
    expect(await left()).toEqual(['never', 'no date'])
  })

  it('works on descending keys and deletes more than one step holds', async () => {
    let time = Date.UTC(2026, 0, 1)
    await using documents = await openTemp({ now: () => time })
    const letters = documents.database('app').collection('letters')
    await letters.createIndex({ at: -1 }, { expireAfterSeconds: 0 })
    await letters.insertMany(
      Array.from({ length: 300 }, (_, n) => ({ _id: n, at: new Date(time + n) })),
    )

    time += 249
    expect(await documents.expireNow()).toBe(250)
    expect(await letters.countDocuments({})).toBe(50)
  })
})
